//! The text of an event's file: read up to a bound, whatever the name stands for (a pipe, a
//! device), and refused with its own name where it is written in another encoding than JSON's.

use std::{
    fs::File,
    io::{self, Read},
};

use crate::{error::Error, render::table::size};
use edactl_core::event::{EventError, MAX_EVENT_BYTES};

/// An event may be written with more blanks than it is sent with, but not with so many.
pub const MOST_BYTES: usize = 2 * MAX_EVENT_BYTES;

/// And this much of JSON Lines, which hold many events.
pub const MOST_BYTES_OF_LINES: usize = 256 * 1024 * 1024;

/// Reads a file of at most `most` bytes; `origin` is its name for messages.
///
/// # Errors
/// When it cannot be read, is larger, or is not written in UTF-8.
pub fn read_file(path: &str, origin: &str, most: usize) -> Result<String, Error> {
    let file = File::open(path).map_err(|source| unreadable(origin, source))?;
    read(file, origin, most)
}

/// Reads standard input, as [`read_file`] does.
///
/// # Errors
/// As [`read_file`].
pub fn read_stdin(most: usize) -> Result<String, Error> {
    read(io::stdin().lock(), "stdin", most)
}

fn read(from: impl Read, origin: &str, most: usize) -> Result<String, Error> {
    let mut bytes = Vec::new();
    from.take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| unreadable(origin, source))?;
    if bytes.len() > most {
        return Err(Error::Usage {
            message: format!(
                "{origin} has more than {}, and Lambda takes events of at most {}",
                size(most as u64),
                size(MAX_EVENT_BYTES as u64)
            ),
            hint: "name the file of an event, or split it into smaller events".into(),
        });
    }
    String::from_utf8(bytes).map_err(|error| encoded(origin, error.as_bytes()))
}

fn unreadable(origin: &str, source: io::Error) -> Error {
    let origin = origin.to_owned();
    EventError::Unreadable { origin, source }.into()
}

/// What a text that is not UTF-8 most likely is.
fn encoded(origin: &str, bytes: &[u8]) -> Error {
    let name = match bytes {
        [0xff, 0xfe, ..] | [_, 0, _, 0, ..] => "UTF-16LE",
        [0xfe, 0xff, ..] | [0, _, 0, _, ..] => "UTF-16BE",
        [0x1f, 0x8b, ..] => {
            return Error::Usage {
                message: format!("{origin} is compressed (gzip)"),
                hint: "unpack it first: gunzip --keep FILE".into(),
            };
        }
        _ => "ISO-8859-1",
    };
    let good = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let line = memchr::memchr_iter(b'\n', &bytes[..good]).count() + 1;
    let message = if name == "ISO-8859-1" {
        let byte = bytes[good];
        format!(
            "{origin} is not written in UTF-8, as JSON has to be: line {line} has the byte \
             0x{byte:02X}, in Latin-1 (ISO-8859-1) the letter `{}`",
            char::from(byte)
        )
    } else {
        format!("{origin} is written in {name}, and JSON has to be in UTF-8")
    };
    Error::Usage {
        message,
        hint: format!(
            "convert it: iconv --from-code {name} --to-code UTF-8 {} > utf-8.json",
            if origin == "stdin" { "FILE" } else { origin }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        read(bytes, "e.json", 64).unwrap_err().to_string()
    }

    #[test]
    fn encodings_are_told_by_name() {
        let utf_16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "{\"ä\": 1}".encode_utf16().flat_map(order).collect()
        };
        for (bytes, name) in [
            (utf_16(u16::to_le_bytes), "UTF-16LE"),
            (utf_16(u16::to_be_bytes), "UTF-16BE"),
            (
                [&[0xff, 0xfe][..], &utf_16(u16::to_le_bytes)].concat(),
                "UTF-16LE",
            ),
            (
                b"{\"a\":\n \"caf\xe9\"}".to_vec(),
                "line 2 has the byte 0xE9, in Latin-1 (ISO-8859-1) the letter `é`",
            ),
            (vec![0x1f, 0x8b, 8, 0, 0xff], "compressed (gzip)"),
        ] {
            let said = refused(&bytes);
            assert!(said.contains(name), "{said}");
        }
    }

    #[test]
    fn what_never_ends_is_not_read_to_its_end() {
        assert!(read(&[b' '; 64][..], "e.json", 64).is_ok());
        let said = read(io::repeat(0), "/dev/zero", 64)
            .unwrap_err()
            .to_string();
        assert!(said.starts_with("/dev/zero has more than 64 B"), "{said}");
    }
}
