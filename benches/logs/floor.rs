//! The least that reading a group can cost: its pages over one connection, each parsed and thrown
//! away.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use serde::{Deserialize, de::IgnoredAny};

use crate::events::{SPAN, START};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(rename = "events")]
    _events: IgnoredAny,
    next_token: Option<String>,
}

/// Reads all pages.
pub fn read(url: &str) {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    let mut reader = BufReader::new(stream);
    let mut token = None;
    let mut body = Vec::new();
    loop {
        let next = token.map_or_else(String::new, |token| format!(r#","nextToken":"{token}""#));
        let end = START + SPAN;
        let asked = format!(r#"{{"startTime":{START},"endTime":{end}{next}}}"#);
        let head = format!(
            "POST / HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n\r\n{asked}",
            asked.len()
        );
        reader
            .get_mut()
            .write_all(head.as_bytes())
            .expect("a request");
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            reader.read_line(&mut line).expect("an answer");
            if let Some(told) = line.strip_prefix("content-length: ") {
                length = told.trim_end().parse().expect("a length");
            }
            if line.trim_end().is_empty() {
                break;
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body).expect("a body");
        let page: Page = serde_json::from_slice(&body).expect("a page");
        token = page.next_token;
        if token.is_none() {
            return;
        }
    }
}
