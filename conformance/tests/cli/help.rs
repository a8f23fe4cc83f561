//! Every `--help`, as it is.

use super::plimsoll;

#[test]
fn of_every_command() {
    let commands = ["", "check", "list", "explain", "coverage", "compare", "completions", "self-test", "serve"];
    for command in commands {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let run = plimsoll(&arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{command}");
        assert!(run.out.contains("Examples:"), "{command} has examples");
        insta::assert_snapshot!(format!("help_{command}"), run.out);
    }
}

#[test]
fn a_misspelt_command_is_not_taken_for_a_host() {
    let run = plimsoll(&["chekc"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("check"), "{}", run.err);
}

#[test]
fn a_misspelt_option_is_a_usage_error() {
    let run = plimsoll(&["check", "localhost:1", "--jsn", "x"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--json"), "{}", run.err);
}

#[test]
fn completions_are_a_script() {
    for (shell, mark) in [("bash", "complete -F"), ("zsh", "#compdef plimsoll"), ("fish", "complete -c plimsoll")] {
        let run = plimsoll(&["completions", shell]);
        assert_eq!(run.code, 0);
        assert!(run.out.contains(mark), "{shell}");
    }
}
