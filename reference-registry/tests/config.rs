//! Reading configurations: what is taken, and the exact words for what is not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reference_registry::config::{self, Config, Environment, Formatter, Level, StorageDriver};

const MINIMAL: &str = "version: 0.1\nstorage: {inmemory: {}}\n";

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<config::Loaded, config::ConfigError> {
    config::parse(text, "config.yml", &variables.iter().copied().collect())
}

fn good(text: &str, variables: &[(&str, &str)]) -> Config {
    parse(text, variables).map_or_else(|error| panic!("{error}"), |loaded| loaded.config)
}

fn bad(text: &str, variables: &[(&str, &str)]) -> String {
    parse(text, variables).map_or_else(|error| error.to_string(), |loaded| panic!("accepted: {loaded:?}"))
}

fn root(config: &Config) -> &Path {
    match &config.storage.driver {
        StorageDriver::Filesystem(filesystem) => &filesystem.rootdirectory,
        StorageDriver::Inmemory => panic!("in memory"),
    }
}

#[test]
fn the_smallest_configuration_has_the_defaults() {
    let config = good("version: 0.1\nstorage:\n  filesystem:\n", &[]);
    insta::assert_debug_snapshot!(config);
}

#[test]
fn every_key_is_read() {
    let config = good(
        "version: 0.1
log:
  level: WARN
  formatter: json
  fields: {service: registry, shard: 0755, on: yes, nested: {a: [1, 'two']}}
  accesslog: {disabled: on}
storage:
  filesystem: {rootdirectory: /srv/registry}
  delete: {enabled: true}
http:
  addr: '[::1]:0'
  host: https://registry.example.com:8443
  prefix: /my/registry/
  secret: 012345
  relativeurls: yes
  draintimeout: 1h15m30.9s
  headers:
    X-Content-Type-Options: [nosniff]
    X-Many: [a, b]
  h2c: {enabled: True}
",
        &[],
    );
    assert_eq!(config.log.level, Level::Warn);
    assert_eq!(config.log.formatter, Formatter::Json);
    let fields = serde_json::to_string(&config.log.fields).expect("JSON");
    assert_eq!(fields, r#"{"nested":{"a":[1,"two"]},"on":true,"service":"registry","shard":493}"#);
    assert!(config.log.accesslog.disabled && config.storage.delete.enabled);
    assert_eq!(root(&config), Path::new("/srv/registry"));
    assert_eq!(config.http.addr.to_string(), "[::1]:0");
    assert_eq!(
        config.http.host.as_ref().map(ToString::to_string).as_deref(),
        Some("https://registry.example.com:8443/")
    );
    assert_eq!(config.http.prefix.as_ref().map(config::Prefix::as_str), Some("/my/registry/"));
    assert_eq!(config.http.secret.as_ref().map(config::Secret::expose), Some("012345"));
    assert!(config.http.relativeurls && config.http.h2c.enabled);
    assert_eq!(config.http.draintimeout, Duration::from_millis(4_530_900));
    let many: Vec<_> = config.http.headers.get_all("x-many").iter().collect();
    assert_eq!(many, ["a", "b"]);
}

#[test]
fn a_secret_is_never_printed() {
    let config = good(MINIMAL, &[("REGISTRY_HTTP_SECRET", "hunter2")]);
    assert!(config.http.secret.is_some());
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(!format!("{:?}", Environment::from_iter([("REGISTRY_HTTP_SECRET", "hunter2")])).contains("hunter2"));
    for (text, variables) in [
        ("version: 0.1\nstorage: inmemory\nhttp: {secret: [hunter2]}\n", &[][..]),
        (MINIMAL, &[("REGISTRY_HTTP_SECRET", "{a: hunter2}")]),
        ("version: 0.1\nstorage: inmemory\nhttp: {secret: hunter2}\n", &[("REGISTRY_HTTP_SECRET_FILE", "x")]),
    ] {
        let message = bad(text, variables);
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn variables_override_by_distributions_rule() {
    let file = "version: 0.1\nstorage: {filesystem: {rootdirectory: /a}}\nhttp: {headers: {X-Foo: [a, b]}}\n";
    let root_of = |variables: &[(&str, &str)]| root(&good(file, variables)).to_owned();

    assert_eq!(root_of(&[("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/b")]), PathBuf::from("/b"));
    assert_eq!(root_of(&[("REGISTRY_STORAGE", "{filesystem: {rootdirectory: /c}}")]), PathBuf::from("/c"));
    // Sorted by name: the section is replaced first, whatever the order in the environment.
    let both = [
        ("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/e"),
        ("REGISTRY_STORAGE", "{filesystem: {rootdirectory: /d}}"),
    ];
    assert_eq!(root_of(&both), PathBuf::from("/e"));
    // The short form, and a key below it.
    let short = [("REGISTRY_STORAGE", "filesystem"), ("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/f")];
    assert_eq!(root_of(&short), PathBuf::from("/f"));
    assert!(matches!(good(file, &[("REGISTRY_STORAGE", "inmemory")]).storage.driver, StorageDriver::Inmemory));
    // A null section is made anew.
    let null = good("version: 0.1\nstorage:\n  filesystem:\n", &[("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/g")]);
    assert_eq!(root(&null), Path::new("/g"));
    // Values are YAML.
    assert!(good(file, &[("REGISTRY_STORAGE_DELETE_ENABLED", "yes")]).storage.delete.enabled);
    let fields = good(file, &[("REGISTRY_LOG_FIELDS_SHARD", "7"), ("REGISTRY_LOG_FIELDS_NAME", "'7'")]).log.fields;
    assert_eq!(serde_json::to_string(&fields).expect("JSON"), r#"{"name":"7","shard":7}"#);
    // Lists by index; one behind the end appends.
    let headers =
        good(file, &[("REGISTRY_HTTP_HEADERS_X-FOO_1", "c"), ("REGISTRY_HTTP_HEADERS_X-FOO_2", "d")]).http.headers;
    assert_eq!(headers.get_all("x-foo").iter().collect::<Vec<_>>(), ["a", "c", "d"]);
    let headers = good(file, &[("REGISTRY_HTTP_HEADERS_X-NEW_0", "e")]).http.headers;
    assert_eq!(headers.get("x-new").map(http::HeaderValue::as_bytes), Some(&b"e"[..]));
    // An empty value leaves the default.
    assert_eq!(good(file, &[("REGISTRY_HTTP_ADDR", "")]).http.addr.to_string(), "localhost:5000");
}

#[test]
fn foreign_variables_are_passed_over_with_a_warning() {
    let variables = [
        ("REGISTRY_SERVICE_HOST", "10.0.0.1"),
        ("REGISTRY_PORT_5000_TCP", "tcp://10.0.0.1:5000"),
        ("REGISTRY_HTTP_SERVICE_HOST", "10.0.0.1"),
        ("REGISTRY_HTTP_PORT", "tcp://10.0.0.1:5000"),
        ("REGISTRY_VERSION", "2.8"),
        ("REGISTRY_", "x"),
        ("REGISTRY_http_addr", "x"),
        ("REGISTRY_CONFIGURATION_PATH", "/etc/config.yml"),
        ("OTHER", "x"),
    ];
    let loaded = parse(MINIMAL, &variables).expect("accepted");
    let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(warnings.join("\n"));
}

#[test]
fn anchors_merge_keys_and_quotes_work_as_in_yaml_1_1() {
    let config = good(
        "version: '0.1'\nhttp: &http\n  addr: ':80'\n  relativeurls: true\nstorage:\n  inmemory:\nlog:\n  fields:\n    <<: {a: 1, b: 2}\n    b: 3\n",
        &[],
    );
    assert_eq!(serde_json::to_string(&config.log.fields).expect("JSON"), r#"{"a":1,"b":3}"#);
    assert_eq!(config.http.addr.to_string(), ":80");
}

/// Names and values of environment variables.
type Variables = &'static [(&'static str, &'static str)];

/// What is refused: name of the snapshot, file, environment.
const REFUSED: &[(&str, &str, Variables)] = &[
    ("typo", "version: 0.1\nstorage:\n  filesystem:\n    rootdirectroy: /srv\nhttp:\n  adr: :5000\n", &[]),
    ("key_of_another_section", "version: 0.1\nstorage: inmemory\naddr: :5000\n", &[]),
    ("upper_case_key", "version: 0.1\nstorage: inmemory\nhttp: {Addr: ':5000'}\n", &[]),
    ("unknown_without_suggestion", "version: 0.1\nstorage: inmemory\nhttp: {banana: 1}\n", &[]),
    ("misspelt_section", "version: 0.1\nstorge:\n  filesystem:\n", &[]),
    ("misspelt_driver", "version: 0.1\nstorage:\n  filesytem:\n    rootdirectory: /srv\n", &[]),
    (
        "wrong_types",
        "version: 0.2\nlog:\n  level: verbose\n  formatter: logstash\n  fields: [a]\nstorage:\n  inmemory: [x]\n  delete: {enabled: 'true'}\nhttp:\n  addr: 5000\n  host: registry.example.com\n  prefix: registry\n  secret: {a: b}\n  relativeurls: 1\n  draintimeout: 60\n  headers: {X-A: nosniff}\n  h2c: true\n",
        &[],
    ),
    ("bad_headers", "version: 0.1\nstorage: inmemory\nhttp: {headers: {'X A': [b]}}\n", &[]),
    ("bad_header_value", "version: 0.1\nstorage: inmemory\nhttp: {headers: {X-A: [\"a\\nb\"]}}\n", &[]),
    ("two_drivers", "version: 0.1\nstorage:\n  filesystem: {rootdirectory: /srv}\n  inmemory:\n", &[]),
    ("no_driver", "version: 0.1\nstorage:\n  delete: {enabled: true}\n", &[]),
    ("empty_storage", "version: 0.1\nstorage:\n", &[]),
    (
        "not_implemented",
        "version: 0.1\nloglevel: debug\nauth:\n  token: {realm: x}\n  tokn: {}\nstorage:\n  s3: {bucket: b}\n  cache: {blobdescriptor: inmemory}\nhttp:\n  tls: {certificate: /c}\n  net: tcp\nhealth: {storagedriver: {enabled: true}}\n",
        &[],
    ),
    ("not_implemented_short", "version: 0.1\nstorage: s3\nauth: silly\n", &[]),
    ("maxthreads", "version: 0.1\nstorage: {filesystem: {maxthreads: 100}}\n", &[]),
    ("unknown_variable", MINIMAL, &[("REGISTRY_HTTP_ADR", ":1"), ("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTROY", "/s")]),
    ("variable_not_implemented", MINIMAL, &[("REGISTRY_AUTH_TOKEN_REALM", "x"), ("REGISTRY_HTTP_TLS_KEY", "k")]),
    ("variable_of_wrong_type", MINIMAL, &[("REGISTRY_HTTP_RELATIVEURLS", "perhaps"), ("REGISTRY_LOG_LEVEL", "[")]),
    (
        "variable_below_a_value",
        "version: 0.1\nstorage: inmemory\nlog: {level: info}\n",
        &[("REGISTRY_LOG_LEVEL_X", "1")],
    ),
    ("variable_beyond_a_list", MINIMAL, &[("REGISTRY_HTTP_HEADERS", "{a: [b]}"), ("REGISTRY_HTTP_HEADERS_A_2", "c")]),
    ("not_yaml", "version: 0.1\nstorage: [inmemory\nhttp: }\n", &[]),
    ("tabs", "version: 0.1\nstorage:\n\tinmemory:\n", &[]),
    ("html", "<!doctype html>\n<html></html>\n", &[]),
    ("json_text", "\"hello\"\n", &[]),
    ("duplicate_keys", "version: 0.1\nstorage: inmemory\nhttp:\n  addr: :1\n  addr: :2\nversion: 0.1\n", &[]),
    ("two_documents", "version: 0.1\nstorage: inmemory\n---\nversion: 0.1\n", &[]),
    ("custom_tag", "version: 0.1\nstorage: !mine inmemory\n", &[]),
    ("key_that_is_a_list", "version: 0.1\nstorage: inmemory\n? [a, b]\n: c\n", &[]),
    ("unknown_alias", "version: 0.1\nstorage: *nowhere\n", &[]),
    ("alias_of_itself", "version: 0.1\nstorage: &a {inmemory: *a}\n", &[]),
    ("merge_of_text", "version: 0.1\nstorage: inmemory\nlog: {fields: {<<: text}}\n", &[]),
    ("empty", "", &[]),
    ("only_comments", "# nothing\n", &[]),
    ("unsupported_version_missing", "storage: inmemory\n", &[]),
];

/// Each of these is refused in exactly the words of its snapshot.
#[test]
fn what_is_refused() {
    for (name, text, variables) in REFUSED {
        insta::assert_snapshot!(format!("refused_{name}"), bad(text, variables));
    }
}

#[test]
fn what_would_blow_up_is_refused() {
    let list = "1,".repeat(200);
    assert!(parse(&format!("{MINIMAL}log: {{fields: {{a: &a [{list}]}}}}\n"), &[]).is_ok(), "one long list is no bomb");
    let aliases = (0..200).map(|index| format!("  f{index}: *a")).collect::<Vec<_>>().join("\n");
    let bomb = format!("version: 0.1\nstorage: inmemory\nlog:\n fields:\n  a: &a [{list}]\n{aliases}");
    let deep = format!("{MINIMAL}log: {{fields: {{a: {}1{}}}}}\n", "[".repeat(100), "]".repeat(100));
    insta::assert_snapshot!("refused_alias_bomb", bad(&bomb, &[]));
    insta::assert_snapshot!("refused_too_deep", bad(&deep, &[]));
}

#[test]
fn files_that_cannot_be_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let message = |name: &str, content: Option<&[u8]>| {
        let path = directory.path().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).expect("written");
        }
        let error = config::load(&path, &Environment::default()).expect_err("refused");
        error.to_string().replace(&directory.path().display().to_string(), "/etc/registry")
    };
    let messages = [
        message("missing.yml", None),
        message("large.yml", Some(&vec![b'#'; (1 << 20) + 1])),
        message("latin1.yml", Some(b"version: \xe9")),
        message(".", None),
        message("typo.yml", Some(b"version: 0.1\nstorage: inmemory\nhtp: {}\n")),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn nothing_makes_it_panic() {
    use proptest::prelude::*;
    let token = prop_oneof![
        Just("version: 0.1\n".to_owned()),
        Just("storage:".to_owned()),
        Just("REGISTRY".to_owned()),
        Just("&a ".to_owned()),
        Just("*a ".to_owned()),
        Just("<<: ".to_owned()),
        "[\\[\\]{}:,\n \t'\"|>?!&*%@`-]{1,4}",
        "\\PC{1,6}",
    ];
    let text = proptest::collection::vec(token, 0..30).prop_map(|tokens| tokens.concat());
    let mut runner = proptest::test_runner::TestRunner::default();
    let outcome = runner.run(
        &(text, "REGISTRY_(HTTP|STORAGE|LOG_FIELDS)(_[A-Z0-9]{0,3}){0,3}", "\\PC{0,8}"),
        |(text, name, value)| {
            drop(config::parse(&text, "config.yml", &Environment::from_iter([(name, value)])));
            Ok(())
        },
    );
    assert!(outcome.is_ok(), "{outcome:?}");
}
