//! The `plimsoll` binary; everything is in the library.

fn main() -> std::process::ExitCode {
    conformance::cli::main(std::env::args_os())
}
