//! placeholder
/// placeholder
#[derive(Debug)]
pub struct Filesystem;
