//! One plain HTTP request at a time, for want of a blocking client.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// Asks an endpoint, such as `http://127.0.0.1:1234`: status and body. `line` is a method and a
/// path, such as `GET /x`.
pub fn request(
    endpoint: &str,
    line: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(endpoint.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    write!(
        stream,
        "{line} HTTP/1.0\r\nHost: localhost\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
    status
        .map(|status| (status, body.to_owned()))
        .ok_or_else(|| std::io::Error::other(format!("no HTTP: {answer}")))
}

/// The body of a GET.
#[track_caller]
pub fn get(endpoint: &str, path: &str) -> String {
    let (status, body) = request(endpoint, &format!("GET {path}"), &[], "").expect("an answer");
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// The status of a PUT, and what it says.
#[track_caller]
pub fn put(endpoint: &str, path: &str, body: &str) -> (u16, String) {
    request(endpoint, &format!("PUT {path}"), &[], body).expect("an answer")
}

/// One call in one of AWS's JSON protocols, such as `AmazonSQS.GetQueueUrl`: status and answer.
#[track_caller]
pub fn call(endpoint: &str, target: &str, arguments: &Value) -> (u16, Value) {
    let headers = [
        ("Content-Type", "application/x-amz-json-1.1"),
        ("X-Amz-Target", target),
    ];
    let (status, body) =
        request(endpoint, "POST /", &headers, &arguments.to_string()).expect("an answer");
    (status, serde_json::from_str(&body).unwrap_or_default())
}
