//! AWS's query protocol, for the few read-only calls to IAM and CloudFormation. An SDK crate for
//! each would add a minute to every build; requests are signed, sent, repeated and heard of by the SDK's own parts.

use std::fmt;

use aws_runtime::{
    auth::{
        SigV4OperationSigningConfig,
        sigv4::{SCHEME_ID, SigV4AuthScheme},
    },
    retries::classifiers::AwsErrorCodeClassifier,
};
use aws_smithy_runtime::client::{
    orchestrator::operation::Operation,
    retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
};
use aws_smithy_runtime_api::client::{
    auth::{
        AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
        static_resolver::StaticAuthSchemeOptionResolver,
    },
    identity::SharedIdentityResolver,
    interceptors::context,
    orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
    runtime_components::RuntimeComponentsBuilder,
    runtime_plugin::StaticRuntimePlugin,
};
use aws_smithy_types::{
    body::SdkBody,
    config_bag::Layer,
    error::{ErrorMetadata, metadata::ProvideErrorMetadata},
};
use aws_types::{SdkConfig, SigningName, region::SigningRegion, service_config::ServiceConfigKey};
use quick_xml::events::Event;

use crate::{
    endpoints::{self, Endpoint},
    error::AwsError,
    session::Session,
};

/// A service that speaks the query protocol.
#[derive(Debug, Clone)]
pub(super) struct Query {
    session: Session,
    service: Service,
}

/// What tells one service from another.
#[derive(Debug, Clone, Copy)]
struct Service {
    /// As in the names of settings and calls.
    id: &'static str,
    /// As in signatures and actions.
    name: &'static str,
    /// Of its API.
    version: &'static str,
}

const IAM: Service = Service {
    id: "IAM",
    name: "iam",
    version: "2010-05-08",
};
const CLOUDFORMATION: Service = Service {
    id: "CloudFormation",
    name: "cloudformation",
    version: "2010-05-15",
};

impl Query {
    /// IAM of the session's partition.
    pub fn iam(session: &Session) -> Self {
        Self::of(session, IAM)
    }

    /// CloudFormation in the session's region.
    pub fn cloudformation(session: &Session) -> Self {
        Self::of(session, CLOUDFORMATION)
    }

    fn of(session: &Session, service: Service) -> Self {
        let session = session.clone();
        Self { session, service }
    }

    /// Where flags, environment (such as `AWS_ENDPOINT_URL_IAM`) or profile say that it is, else
    /// where AWS has it.
    async fn endpoint(&self) -> Result<Endpoint, AwsError> {
        let (sdk, _) = self.session.parts();
        let region = self.session.region();
        let setting = endpoint_setting(sdk, self.service);
        let published = if self.service.name == IAM.name {
            endpoints::iam(sdk, region).await
        } else {
            endpoints::cloudformation(sdk, region).await
        };
        match setting {
            None => published,
            Some(url) => Ok(Endpoint {
                url,
                signing_region: published
                    .map_or_else(|_| region.to_owned(), |published| published.signing_region),
            }),
        }
    }

    /// Makes one call. `resource` is what an error names.
    pub async fn call(
        &self,
        action: &'static str,
        resource: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Document, AwsError> {
        let operation = action.split_once(':').map_or(action, |(_, name)| name);
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", operation)
            .append_pair("Version", self.service.version)
            .extend_pairs(parameters);
        let endpoint = self.endpoint().await?;
        self.operation(operation, &endpoint)
            .invoke(form.finish())
            .await
            .map_err(|error| AwsError::from_sdk(action, resource, &error))
    }

    fn operation(
        &self,
        name: &str,
        endpoint: &Endpoint,
    ) -> Operation<String, Document, ServiceError> {
        let (sdk, listener) = self.session.parts();
        let mut builder = Operation::builder()
            .service_name(self.service.id)
            .operation_name(name.to_owned())
            .endpoint_url(&endpoint.url)
            .with_connection_poisoning()
            .runtime_plugin(self.signing(sdk, &endpoint.signing_region))
            .retry_classifier(TransientErrorClassifier::<context::Error>::new())
            .retry_classifier(AwsErrorCodeClassifier::<ServiceError>::new())
            .retry_classifier(HttpStatusCodeClassifier::default());
        if let Some(version) = sdk.behavior_version() {
            builder = builder.behavior_version(version);
        }
        if let Some(client) = sdk.http_client() {
            builder = builder.http_client(client);
        }
        if let Some(retry) = sdk.retry_config() {
            builder = builder.standard_retry(retry);
        }
        if let Some(timeouts) = sdk.timeout_config() {
            builder = builder.timeout_config(timeouts.clone());
        }
        if let Some(sleep) = sdk.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(listener) = listener {
            builder = builder.interceptor(listener.clone());
        }
        builder
            .serializer(|form: String| {
                let mut request = HttpRequest::new(SdkBody::from(form));
                request.set_method("POST")?;
                request.set_uri("/")?;
                request
                    .headers_mut()
                    .insert("content-type", "application/x-www-form-urlencoded");
                Ok(request)
            })
            .deserializer(|response: &HttpResponse| {
                let document = Document::read(response.body().bytes().unwrap_or_default());
                if response.status().is_success() {
                    return Ok(document);
                }
                Err(OrchestratorError::operation(ServiceError::of(&document)))
            })
            .build()
    }

    fn signing(&self, sdk: &SdkConfig, region: &str) -> StaticRuntimePlugin {
        let mut layer = Layer::new(self.service.name);
        layer.store_put(SigV4OperationSigningConfig {
            region: Some(SigningRegion::from(aws_config::Region::new(
                region.to_owned(),
            ))),
            name: Some(SigningName::from_static(self.service.name)),
            ..SigV4OperationSigningConfig::default()
        });
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        let mut components = RuntimeComponentsBuilder::new(self.service.name)
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
                StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]),
            )));
        components.set_identity_cache(sdk.identity_cache());
        if let Some(credentials) = sdk.credentials_provider() {
            components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
        }
        StaticRuntimePlugin::new()
            .with_config(layer.freeze())
            .with_runtime_components(components)
    }
}

/// The endpoint that flags, environment or profile set.
fn endpoint_setting(sdk: &SdkConfig, service: Service) -> Option<String> {
    let own = sdk.service_config().and_then(|settings| {
        let key = ServiceConfigKey::builder()
            .service_id(service.id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()
            .ok()?;
        settings.load_config(key)
    });
    own.or_else(|| sdk.endpoint_url().map(str::to_owned))
}

/// An answer's texts, each under the name of the element that holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Document(Vec<Text>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    element: String,
    content: String,
    /// Which element it stands in, counted in the order in which they begin.
    parent: usize,
}

impl Document {
    pub fn read(xml: &[u8]) -> Self {
        let mut reader = quick_xml::Reader::from_reader(xml);
        let (mut texts, mut open, mut text) = (Vec::new(), Vec::new(), String::new());
        let mut begun = 0;
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => {
                    let name = String::from_utf8_lossy(element.local_name().as_ref()).into_owned();
                    begun += 1;
                    open.push((begun, name));
                    text.clear();
                }
                Ok(Event::Text(part)) => text += &part.decode().unwrap_or_default(),
                Ok(Event::GeneralRef(part)) => {
                    if let Ok(Some(character)) = part.resolve_char_ref() {
                        text.push(character);
                    } else if let Some(entity) = part
                        .decode()
                        .ok()
                        .and_then(|name| quick_xml::escape::resolve_predefined_entity(&name))
                    {
                        text += entity;
                    }
                }
                Ok(Event::End(_)) => {
                    if let Some((_, element)) = open.pop()
                        && !text.trim().is_empty()
                    {
                        texts.push(Text {
                            element,
                            content: std::mem::take(&mut text),
                            parent: open.last().map_or(0, |(number, _)| *number),
                        });
                    }
                }
                Ok(Event::Eof) | Err(_) => return Self(texts),
                Ok(_) => {}
            }
        }
    }

    /// The texts of all elements of this name, in the document's order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |text| text.element == name)
            .map(|text| text.content.as_str())
    }

    /// Everything that holds an element of this name: the texts beside it, and its own.
    pub fn holding<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Siblings<'a>> {
        let named = self.0.iter().filter(move |text| text.element == name);
        named.map(|text| Siblings {
            document: self,
            parent: text.parent,
        })
    }

    /// The text of the first element of this name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|text| text.element == name)
            .map(|text| text.content.as_str())
    }
}

/// Texts that stand side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Siblings<'a> {
    document: &'a Document,
    parent: usize,
}

impl<'a> Siblings<'a> {
    /// The text of the element of this name among them; empty where there is none.
    pub fn text(&self, name: &str) -> &'a str {
        let mut texts = self.document.0.iter();
        texts
            .find(|text| text.parent == self.parent && text.element == name)
            .map_or("", |text| &text.content)
    }
}

/// What the service refused, and why.
#[derive(Debug)]
struct ServiceError(ErrorMetadata);

impl ServiceError {
    fn of(document: &Document) -> Self {
        let mut metadata = ErrorMetadata::builder();
        if let Some(code) = document.first("Code") {
            metadata = metadata.code(code);
        }
        if let Some(message) = document.first("Message") {
            metadata = metadata.message(message);
        }
        Self(metadata.build())
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ServiceError {}

impl ProvideErrorMetadata for ServiceError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_their_element() {
        let document = Document::read(
            br#"<?xml version="1.0"?><R xmlns="x"><P><member>a &amp; b</member>
                <member>c&#33;</member></P><Empty/><T>true</T></R>"#,
        );
        assert_eq!(document.all("member").collect::<Vec<_>>(), ["a & b", "c!"]);
        assert_eq!(document.first("T"), Some("true"));
        assert_eq!(document.first("Empty"), None);
        assert_eq!(Document::read(b"<a><b>cut"), Document::default());
    }

    #[test]
    fn siblings_stand_side_by_side() {
        let document = Document::read(
            b"<R><S><K>of the stack</K></S><M><V>1</V><K>a</K></M><M><K>lonely</K></M>\
                <M><K>b</K><D>more</D><V>2</V></M></R>",
        );
        let pairs: Vec<_> = document
            .holding("K")
            .map(|beside| (beside.text("K"), beside.text("V")))
            .collect();
        let expected = [("of the stack", ""), ("a", "1"), ("lonely", ""), ("b", "2")];
        assert_eq!(pairs, expected);
    }
}
