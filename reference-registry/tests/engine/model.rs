//! Upload sessions against a model: bytes in a vector.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use proptest::prelude::*;
use reference_registry::engine::{Engine, EngineOptions};
use reference_registry::error::Code;
use reference_registry::protocol::{Algorithm, UploadId};
use reference_registry::registry::{BodyError, Chunk, Registry as _};
use reference_registry::storage::{Driver, Memory};

use super::support::{code, content, name, pieces};

/// One request to a session.
#[derive(Debug, Clone)]
enum Step {
    /// A chunk of `size` bytes that claims to begin `shift` bytes from the right place, and says its range or not.
    Append {
        size: usize,
        ranged: bool,
        shift: i8,
        breaks: bool,
    },
    Status,
    Restart,
    Cancel,
    Finish {
        size: usize,
        algorithm: Algorithm,
        right: bool,
    },
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0_usize..100, 1 => 200_000_usize..400_000]
}

fn step() -> impl Strategy<Value = Step> {
    let algorithm = prop_oneof![Just(Algorithm::Sha256), Just(Algorithm::Sha512)];
    prop_oneof![
        6 => (size(), any::<bool>(), prop_oneof![4 => Just(0_i8), 1 => -2_i8..3], prop::bool::weighted(0.2))
            .prop_map(|(size, ranged, shift, breaks)| Step::Append { size, ranged, shift, breaks }),
        2 => Just(Step::Status),
        1 => Just(Step::Restart),
        1 => Just(Step::Cancel),
        1 => (size(), algorithm, prop::bool::weighted(0.7))
            .prop_map(|(size, algorithm, right)| Step::Finish { size, algorithm, right }),
    ]
}

/// The session as it should be: its bytes, or nothing when it is over.
struct Model {
    driver: Arc<dyn Driver>,
    engine: Engine,
    id: UploadId,
    session: Option<Vec<u8>>,
    seed: u64,
}

impl Model {
    async fn new() -> Self {
        let driver: Arc<dyn Driver> = Arc::new(Memory::new());
        let engine = Engine::new(driver.clone(), EngineOptions::default());
        let id = engine.start_upload(&name("a"), None).await.unwrap().id;
        Self { driver, engine, id, session: Some(Vec::new()), seed: 0 }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Append { size, ranged, shift, breaks } => self.append(size, ranged, shift, breaks).await,
            Step::Status => {
                let status = self.engine.upload_status(&name("a"), self.id).await;
                let received = status.map(|status| status.received).map_err(|error| error.code);
                let expected = self.session.as_ref().map(|bytes| bytes.len() as u64);
                assert_eq!(received, expected.ok_or(Code::BlobUploadUnknown));
            }
            Step::Restart => self.engine = Engine::new(self.driver.clone(), EngineOptions::default()),
            Step::Cancel => {
                let result = self.engine.cancel_upload(&name("a"), self.id).await.map_err(|error| error.code);
                assert_eq!(result, self.session.take().map(|_| ()).ok_or(Code::BlobUploadUnknown));
            }
            Step::Finish { size, algorithm, right } => self.finish(size, algorithm, right).await,
        }
    }

    async fn append(&mut self, size: usize, ranged: bool, shift: i8, breaks: bool) {
        self.seed += 1;
        let bytes = content(self.seed, size);
        let offset = self.session.as_ref().map_or(0, Vec::len) as u64;
        let claimed = offset.saturating_add_signed(shift.into());
        let range = (ranged && size > 0).then(|| (claimed, claimed + size as u64 - 1));
        let end = breaks.then(|| Err(BodyError("gone".to_owned())));
        let body = Box::pin(pieces(&bytes, 70_000).chain(futures_util::stream::iter(end)));
        let result = self.engine.append_upload(&name("a"), self.id, Chunk { range, length: None, body }).await;
        let result = result.map(|status| status.received).map_err(|error| code(&error));
        let expected = match &mut self.session {
            None => Err((Code::BlobUploadUnknown, 404)),
            Some(_) if range.is_some_and(|(first, _)| first != offset) => Err((Code::BlobUploadInvalid, 416)),
            Some(session) => {
                session.extend_from_slice(&bytes);
                if breaks { Err((Code::BlobUploadInvalid, 400)) } else { Ok(session.len() as u64) }
            }
        };
        assert_eq!(result, expected);
    }

    async fn finish(&mut self, size: usize, algorithm: Algorithm, right: bool) {
        self.seed += 1;
        let bytes = content(self.seed, size);
        let mut whole = self.session.clone().unwrap_or_default();
        whole.extend_from_slice(&bytes);
        let digest = if right { algorithm.digest(&whole) } else { algorithm.digest(b"something else") };
        let chunk = Chunk { range: None, length: Some(size as u64), body: pieces(&bytes, 70_000) };
        let result = self.engine.finish_upload(&name("a"), self.id, &digest, chunk).await;
        let expected = match self.session.take() {
            None => Err((Code::BlobUploadUnknown, 404)),
            Some(_) if !right => Err((Code::DigestInvalid, 400)),
            Some(_) => Ok(whole.len() as u64),
        };
        assert_eq!(result.map(|info| info.size).map_err(|error| code(&error)), expected);
        match self.engine.blob(&name("a"), &digest).await {
            Ok(blob) => {
                assert!(expected.is_ok());
                let stored = blob.content.read_at(0, whole.len() + 1).await.unwrap();
                assert_eq!(stored, Bytes::from(whole));
            }
            Err(error) => assert!(expected.is_err(), "{error}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_session_is_the_bytes_that_were_accepted(steps in prop::collection::vec(step(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new().await;
            for step in steps {
                model.step(step).await;
            }
        });
    }
}
