//! The list of repositories.

use reference_registry::engine::EngineOptions;
use reference_registry::registry::{Page, Registry as _};

use super::support::{Fixture, each, name, permissive};

async fn list(fixture: &Fixture, n: Option<usize>, last: Option<&str>) -> (Vec<String>, bool) {
    let page = Page { n, last: last.map(ToOwned::to_owned) };
    let listing = fixture.engine.catalog(&page).await.unwrap();
    (listing.entries.iter().map(ToString::to_string).collect(), listing.more)
}

#[test]
fn repositories_are_listed_by_their_full_names() {
    each(&permissive(), |fixture| async move {
        assert_eq!(list(&fixture, None, None).await, (vec![], false));
        for repository in ["a/b/c/d", "a-b", "a", "b", "a.b/x", "a/b", "zz/tags/list"] {
            fixture.blob(repository, b"content").await;
        }
        fixture.engine.start_upload(&name("only/a/session"), None).await.unwrap();
        let all = ["a", "a-b", "a.b/x", "a/b", "a/b/c/d", "b", "zz/tags/list"];
        assert_eq!(list(&fixture, None, None).await, (all.map(str::to_owned).to_vec(), false));
        assert_eq!(list(&fixture, Some(0), None).await, (vec![], false));
        assert_eq!(list(&fixture, Some(2), Some("a-c")).await, (vec!["a.b/x".to_owned(), "a/b".to_owned()], true));
        assert_eq!(list(&fixture, Some(9), Some("zz/tags/list")).await, (vec![], false));
        for n in 1..=all.len() + 1 {
            let mut collected = Vec::new();
            loop {
                let last = collected.last().cloned();
                let (entries, more) = list(&fixture, Some(n), last.as_deref()).await;
                collected.extend(entries);
                if !more {
                    break;
                }
            }
            assert_eq!(collected, all, "n={n}");
        }
    });
}

#[test]
fn a_page_has_a_limit_of_its_own() {
    each(&EngineOptions { page_limit: 2, ..EngineOptions::default() }, |fixture| async move {
        for repository in ["a", "b", "c"] {
            fixture.blob(repository, b"content").await;
        }
        for n in [None, Some(3), Some(usize::MAX)] {
            assert_eq!(list(&fixture, n, None).await, (vec!["a".to_owned(), "b".to_owned()], true));
        }
    });
}
