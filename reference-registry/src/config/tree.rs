//! YAML as a tree that keeps the text of its scalars and where everything was written.
//!
//! Docker Distribution reads its configuration with the habits of YAML 1.1, and what a scalar means depends on the
//! key it belongs to. So scalars stay text here and are only interpreted when a decoder asks.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput, Tag};

use super::problem::{Origin, Problem, Reason};

/// How many levels of mappings and lists a file may have.
const MAX_DEPTH: usize = 64;
/// How many nodes aliases may add in all, so that a small file cannot blow up.
const MAX_ALIASED_NODES: usize = 10_000;

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    /// `plain` when it was written without quotes and tags, so that it may mean something else than text.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) origin: Origin,
    pub(super) value: Node,
}

impl Node {
    pub(super) fn null(origin: Origin) -> Self {
        Self { value: Value::Scalar { text: String::new(), plain: true }, origin }
    }

    /// Whether nothing was written: an empty value, `~` or `null`.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The value of a key, when this is a mapping that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The entries of a mapping; none for anything else.
    pub(super) fn entries(&self) -> &[Entry] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// Turns the short form of a section that names its one driver (`storage: inmemory`) into the long one.
    pub(super) fn expand_short_forms(&mut self) {
        let Value::Map(entries) = &mut self.value else { return };
        for entry in entries.iter_mut().filter(|entry| matches!(entry.key.as_str(), "storage" | "auth")) {
            let Node { value: Value::Scalar { text, .. }, origin } = &entry.value else { continue };
            if !entry.value.is_null() {
                let driver = Entry { key: text.clone(), origin: origin.clone(), value: Self::null(origin.clone()) };
                entry.value = Self { value: Value::Map(vec![driver]), origin: origin.clone() };
            }
        }
    }

    fn count(&self, limit: usize) -> usize {
        let mut total = 1;
        let children: Box<dyn Iterator<Item = &Self>> = match &self.value {
            Value::Scalar { .. } => return total,
            Value::List(items) => Box::new(items.iter()),
            Value::Map(entries) => Box::new(entries.iter().map(|entry| &entry.value)),
        };
        for child in children {
            if total > limit {
                break;
            }
            total += child.count(limit - total);
        }
        total
    }
}

/// Parses one document. Text without any document is a null node. Every problem is reported, up to the first that
/// makes it impossible to go on.
pub(super) fn parse(text: &str, variable: Option<&str>) -> Result<Node, Vec<Problem>> {
    let mut builder = Builder::new(variable);
    for event in Parser::new(StrInput::new(text)) {
        match event {
            Ok((event, span)) => {
                if builder.event(event, span).is_err() {
                    return Err(builder.problems);
                }
            }
            Err(error) => {
                let origin = builder.origin(error.marker());
                builder.problem(origin, format!("not valid YAML: {}", error.info()));
                return Err(builder.problems);
            }
        }
    }
    let start = builder.origin(&Marker::new(0, 1, 0));
    if builder.problems.is_empty() {
        Ok(builder.root.unwrap_or_else(|| Node::null(start)))
    } else {
        Err(builder.problems)
    }
}

/// The rest of the file cannot be read.
struct Stop;

struct Builder<'v> {
    variable: Option<&'v str>,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    root: Option<Node>,
    problems: Vec<Problem>,
}

/// A mapping or list that is not complete yet.
struct Frame {
    anchor: usize,
    node: Node,
    key: Option<(String, Origin)>,
    merged: Vec<Node>,
}

impl<'v> Builder<'v> {
    fn new(variable: Option<&'v str>) -> Self {
        Self { variable, stack: Vec::new(), anchors: HashMap::new(), aliased: 0, root: None, problems: Vec::new() }
    }

    fn origin(&self, marker: &Marker) -> Origin {
        match self.variable {
            Some(name) => Origin::Environment(name.to_owned()),
            None => Origin::File { line: marker.line(), column: marker.col() + 1 },
        }
    }

    fn problem(&mut self, origin: Origin, message: String) {
        self.problems.push(Problem { key: String::new(), origin, reason: Reason::Syntax(message) });
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        let origin = self.origin(&span.start);
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                self.problem(origin, "a second document begins here; a configuration is one document".to_owned());
                Err(Stop)
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.as_ref().is_none_or(|tag| tag.suffix != "str");
                self.check_tag(tag.as_deref(), &origin);
                self.add(Node { value: Value::Scalar { text: text.into_owned(), plain }, origin }, anchor);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), &origin);
                self.open(anchor, Node { value: Value::List(Vec::new()), origin })
            }
            Event::MappingStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), &origin);
                self.open(anchor, Node { value: Value::Map(Vec::new()), origin })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, origin),
            _ => Ok(()),
        }
    }

    fn check_tag(&mut self, tag: Option<&Tag>, origin: &Origin) {
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            self.problem(origin.clone(), format!("the tag `{tag}` has no meaning in a configuration"));
        }
    }

    fn open(&mut self, anchor: usize, node: Node) -> Result<(), Stop> {
        if self.stack.len() == MAX_DEPTH {
            self.problem(node.origin, format!("nested deeper than {MAX_DEPTH} levels"));
            return Err(Stop);
        }
        self.stack.push(Frame { anchor, node, key: None, merged: Vec::new() });
        Ok(())
    }

    fn close(&mut self) {
        let Some(mut frame) = self.stack.pop() else { return };
        if let Value::Map(entries) = &mut frame.node.value {
            // A key of the mapping itself wins over a merged one, and an earlier merge over a later.
            for entry in frame.merged.into_iter().flat_map(|node| node.entries().to_vec()) {
                if !entries.iter().any(|own| own.key == entry.key) {
                    entries.push(entry);
                }
            }
        }
        self.add(frame.node, frame.anchor);
    }

    fn alias(&mut self, anchor: usize, origin: Origin) -> Result<(), Stop> {
        let Some(target) = self.anchors.get(&anchor) else {
            self.problem(origin, "an alias to a value that is not complete yet".to_owned());
            return Err(Stop);
        };
        self.aliased += target.count(MAX_ALIASED_NODES);
        if self.aliased > MAX_ALIASED_NODES {
            self.problem(origin, format!("aliases add more than {MAX_ALIASED_NODES} values"));
            return Err(Stop);
        }
        let mut node = target.clone();
        node.origin = origin;
        self.add(node, 0);
        Ok(())
    }

    /// Adds a complete node to the innermost frame, as its next key, value or item.
    fn add(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        match (&mut frame.node.value, frame.key.take()) {
            (Value::Map(_), None) => self.key(node),
            (Value::Map(_), Some((key, origin))) if key == "<<" => self.merge(node, origin),
            (Value::Map(entries), Some((key, origin))) => {
                if let Some(first) = entries.iter().find(|entry| entry.key == key) {
                    let line = if let Origin::File { line, .. } = first.origin { line } else { 1 };
                    let path = self.path(&key);
                    self.problems.push(Problem { key: path, origin, reason: Reason::Duplicate { first: line } });
                } else {
                    entries.push(Entry { key, origin, value: node });
                }
            }
            (Value::List(items), _) => items.push(node),
            (Value::Scalar { .. }, _) => {}
        }
    }

    fn key(&mut self, node: Node) {
        let key = match node.value {
            Value::Scalar { text, .. } => text,
            Value::List(_) | Value::Map(_) => {
                self.problem(node.origin.clone(), "a key must be text, not a list or a mapping".to_owned());
                String::new()
            }
        };
        if let Some(frame) = self.stack.last_mut() {
            frame.key = Some((key, node.origin));
        }
    }

    fn merge(&mut self, node: Node, origin: Origin) {
        let sources = match node.value {
            Value::List(items) => items,
            Value::Map(_) | Value::Scalar { .. } => vec![node],
        };
        if sources.iter().any(|source| !matches!(source.value, Value::Map(_))) {
            self.problem(origin, "`<<` takes a mapping or a list of mappings".to_owned());
        } else if let Some(frame) = self.stack.last_mut() {
            frame.merged.extend(sources);
        }
    }

    /// The path of a key of the innermost mapping.
    fn path(&self, key: &str) -> String {
        let above = self.stack.iter().filter_map(|frame| frame.key.as_ref()).map(|(key, _)| key.as_str());
        above.chain([key]).collect::<Vec<_>>().join(".")
    }
}
