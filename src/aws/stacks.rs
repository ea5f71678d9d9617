//! What a CloudFormation stack says of the pipeline that it made. Two plain queries do not earn an
//! SDK crate of their own, so they are signed and sent here with the parts that the SDKs share.

use std::{env, fmt, time::SystemTime};

use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
        result::SdkError,
    },
};
use aws_smithy_types::{
    body::SdkBody,
    error::{ErrorMetadata, metadata::ProvideErrorMetadata},
};
use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};

use super::{error::AwsError, session::Session};

const SERVICE: &str = "cloudformation";
const VERSION: &str = "2010-05-15";

/// Reads one stack.
#[derive(Debug)]
pub struct Stack<'a> {
    session: &'a Session,
    name: &'a str,
}

impl<'a> Stack<'a> {
    /// A reader of this stack.
    #[must_use]
    pub fn new(session: &'a Session, name: &'a str) -> Self {
        Self { session, name }
    }

    /// Its outputs, by name (CloudFormation `DescribeStacks`).
    ///
    /// # Errors
    /// When CloudFormation refuses or does not know the stack.
    pub async fn outputs(&self) -> Result<Vec<(String, String)>, AwsError> {
        let answer = self.ask("DescribeStacks").await.map_err(|error| {
            AwsError::from_sdk("cloudformation:DescribeStacks", self.name, &error)
        })?;
        Ok(pairs(&answer, "OutputKey", "OutputValue"))
    }

    /// Its Lambda functions, by name (CloudFormation `DescribeStackResources`).
    ///
    /// # Errors
    /// When CloudFormation refuses or does not know the stack.
    pub async fn functions(&self) -> Result<Vec<String>, AwsError> {
        let answer = self.ask("DescribeStackResources").await.map_err(|error| {
            AwsError::from_sdk("cloudformation:DescribeStackResources", self.name, &error)
        })?;
        let functions = pairs(&answer, "ResourceType", "PhysicalResourceId")
            .into_iter()
            .filter(|(kind, _)| kind == "AWS::Lambda::Function")
            .map(|(_, name)| name);
        Ok(functions.collect())
    }

    async fn ask(
        &self,
        action: &'static str,
    ) -> Result<String, SdkError<StackError, HttpResponse>> {
        let (sdk, listener) = self.session.parts();
        let endpoint = env::var("AWS_ENDPOINT_URL_CLOUDFORMATION")
            .ok()
            .or_else(|| sdk.endpoint_url().map(str::to_owned))
            .unwrap_or_else(|| default_endpoint(self.session.region()));
        let uri = format!("{}/", endpoint.trim_end_matches('/'));
        let body = form(&[
            ("Action", action),
            ("Version", VERSION),
            ("StackName", self.name),
        ]);
        let headers = self
            .sign(&uri, &body)
            .await
            .map_err(SdkError::construction_failure)?;
        let mut operation = Operation::builder()
            .service_name("CloudFormation")
            .operation_name(action)
            .endpoint_url(&endpoint)
            .no_auth()
            .serializer(move |()| request(&headers, &body))
            .deserializer(read);
        if let Some(client) = sdk.http_client() {
            operation = operation.http_client(client);
        }
        if let Some(sleep) = sdk.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        if let Some(timeouts) = sdk.timeout_config() {
            operation = operation.timeout_config(timeouts.clone());
        }
        if let Some(retry) = sdk.retry_config() {
            operation = operation.standard_retry(retry);
        }
        if let Some(listener) = listener.cloned() {
            operation = operation.interceptor(listener);
        }
        operation.build().invoke(()).await
    }

    /// The headers that sign a request.
    async fn sign(&self, uri: &str, body: &str) -> Result<Vec<(String, String)>, BoxError> {
        let (sdk, _) = self.session.parts();
        let provider = sdk
            .credentials_provider()
            .ok_or("no credentials provider is configured")?;
        let identity = provider.provide_credentials().await?.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.session.region())
            .name(SERVICE)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let content = [("content-type", FORM)];
        let body = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", uri, content.into_iter(), body)?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let headers = instructions.headers().chain(content);
        Ok(headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn default_endpoint(region: &str) -> String {
    let china = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://{SERVICE}.{region}.amazonaws.com{china}")
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", percent(value)))
        .collect();
    pairs.join("&")
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn request(headers: &[(String, String)], body: &str) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    for (name, value) in headers {
        request
            .headers_mut()
            .try_insert(name.clone(), value.clone())?;
    }
    Ok(request)
}

fn read(response: &HttpResponse) -> Result<String, OrchestratorError<StackError>> {
    let body = response.body().bytes().unwrap_or_default();
    let body = String::from_utf8_lossy(body).into_owned();
    if response.status().is_success() {
        return Ok(body);
    }
    let mut told = ErrorMetadata::builder();
    if let Some((code, message)) = pairs(&body, "Code", "Message").pop() {
        told = told.code(code).message(message);
    }
    Err(OrchestratorError::operation(StackError(told.build())))
}

/// What stands in elements that lie side by side, wherever in the document that is.
fn pairs(document: &str, key: &str, value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(root) = Document::new(document).root_element() {
        collect(root, (key, value), &mut found);
    }
    found
}

fn collect(
    mut element: ScopedDecoder<'_, '_>,
    names: (&str, &str),
    found: &mut Vec<(String, String)>,
) {
    let (mut key, mut value) = (None, None);
    while let Some(mut child) = element.next_tag() {
        let slot = match child.start_el().local() {
            name if name == names.0 => &mut key,
            name if name == names.1 => &mut value,
            _ => {
                collect(child, names, found);
                continue;
            }
        };
        *slot = try_data(&mut child).ok().map(|text| text.trim().to_owned());
    }
    if let (Some(key), Some(value)) = (key, value) {
        found.push((key, value));
    }
}

/// What CloudFormation refused with.
#[derive(Debug)]
struct StackError(ErrorMetadata);

impl fmt::Display for StackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for StackError {}

impl ProvideErrorMetadata for StackError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_found_wherever_they_stand() {
        let answer = "<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\
            <DescribeStacksResult><Stacks><member><StackName>s</StackName><Outputs>\
            <member><OutputKey>QueueUrl</OutputKey><OutputValue>https://q/?a&amp;b</OutputValue></member>\
            <member><Description>d</Description><OutputKey>Region</OutputKey>\
            <OutputValue>eu-central-1</OutputValue></member>\
            <member><OutputKey>Lonely</OutputKey></member>\
            </Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>";
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            pairs(answer, "OutputKey", "OutputValue"),
            [
                pair("QueueUrl", "https://q/?a&b"),
                pair("Region", "eu-central-1")
            ]
        );
        assert_eq!(pairs("no XML", "a", "b"), []);
    }

    #[test]
    fn a_name_is_safe_in_a_form() {
        assert_eq!(
            form(&[("StackName", "a b&c=ü")]),
            "StackName=a%20b%26c%3D%C3%BC"
        );
        assert_eq!(
            default_endpoint("cn-north-1"),
            "https://cloudformation.cn-north-1.amazonaws.com.cn"
        );
    }
}
