//! Entries of the settings file as arguments, so that the command line is the one place where options are defined.

use clap::error::{ContextKind, ContextValue};
use clap::{ArgAction, Args as _, Command, FromArgMatches as _};
use toml::de::DeValue;

use super::file::{Value, string};
use super::suggest::did_you_mean;
use super::{Options, Settings};

/// What an entry of the file would be on the command line, checked alone; the error says what is allowed.
pub(super) fn arguments(name: &str, value: &Value<'_>) -> Result<Vec<String>, String> {
    let command = Options::augment_args(Command::new("plimsoll"));
    let Some(option) = command.get_arguments().find(|arg| arg.get_long() == Some(name)) else {
        let keys = Settings::keys();
        let meant = did_you_mean(name, keys.iter().map(String::as_str));
        return Err(format!("there is no key `{name}`: there are {}{meant}", keys.join(", ")));
    };
    let texts = match (option.get_action(), value.get_ref()) {
        (ArgAction::SetTrue, DeValue::Boolean(true)) => return Ok(vec![format!("--{name}")]),
        (ArgAction::SetTrue, DeValue::Boolean(false)) => return Ok(Vec::new()),
        (ArgAction::SetTrue, _) => return Err(format!("`{name}` is true or false")),
        (ArgAction::Append, DeValue::Array(items)) => {
            items.iter().map(|item| string(name, item)).collect::<Result<Vec<_>, _>>()?
        }
        (ArgAction::Append, _) => return Err(format!("`{name}` is a list: write {name} = [\"…\"]")),
        (_, DeValue::Integer(number)) => vec![number.as_str().to_owned()],
        _ => vec![string(name, value)?],
    };
    let arguments: Vec<String> = texts.iter().map(|text| format!("--{name}={text}")).collect();
    parse(&arguments)?;
    Ok(arguments)
}

/// The options that arguments make; the error speaks of the file's key.
pub(super) fn parse(arguments: &[String]) -> Result<Options, String> {
    let command = Options::augment_args(Command::new("plimsoll").no_binary_name(true));
    let matches = command.try_get_matches_from(arguments).map_err(|error| explain(&error))?;
    Options::from_arg_matches(&matches).map_err(|error| explain(&error))
}

fn explain(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let name = text(ContextKind::InvalidArg);
    let name = name.split([' ', '=']).next().unwrap_or_default().trim_start_matches("--");
    let (value, valid) = (text(ContextKind::InvalidValue), text(ContextKind::ValidValue));
    let meant = did_you_mean(&value, valid.split(", "));
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let allowed = if valid.is_empty() { cause } else { format!("choose {valid}") };
    format!("`{name}` cannot be `{value}`: {allowed}{meant}")
}
