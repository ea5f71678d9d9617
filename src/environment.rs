//! Settings of AWS that are in the environment and empty: as if they were not there. The SDK takes
//! an empty `AWS_ENDPOINT_URL` for an address, and an empty `AWS_PROFILE` for a name.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::{ffi::OsStrExt, process::CommandExt},
    process::Command,
};

/// Begins again without them, where there are any: an environment can only be changed safely on
/// the way into a program.
pub fn drop_empty_aws_settings() {
    let empty = empty_aws_settings(env::vars_os());
    if empty.is_empty() {
        return;
    }
    let Ok(this) = env::current_exe() else {
        return;
    };
    let mut again = Command::new(this);
    again.args(env::args_os().skip(1));
    for name in empty {
        again.env_remove(name);
    }
    // It returns only where it failed: then everything is as it was.
    let _ = again.exec();
}

fn empty_aws_settings(variables: impl Iterator<Item = (OsString, OsString)>) -> Vec<OsString> {
    variables
        .filter(|(name, value)| name.as_bytes().starts_with(b"AWS_") && is_blank(value))
        .map(|(name, _)| name)
        .collect()
}

fn is_blank(value: &OsStr) -> bool {
    value.as_bytes().iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_empty_settings_of_aws_are_dropped() {
        let variables = [
            ("AWS_ENDPOINT_URL", ""),
            ("AWS_ENDPOINT_URL_LAMBDA", " "),
            ("AWS_REGION", "eu-central-1"),
            ("HOME", ""),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        assert_eq!(
            empty_aws_settings(variables.into_iter()),
            ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA"]
        );
    }
}
