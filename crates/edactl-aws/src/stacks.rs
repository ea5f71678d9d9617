//! What a CloudFormation stack says of the pipeline that it made.

use crate::{
    error::AwsError,
    query::{Document, Query},
    session::Session,
};

/// Reads one stack.
#[derive(Debug)]
pub struct Stack<'a> {
    cloudformation: Query,
    name: &'a str,
}

impl<'a> Stack<'a> {
    /// A reader of this stack.
    #[must_use]
    pub fn new(session: &Session, name: &'a str) -> Self {
        Self {
            cloudformation: Query::cloudformation(session),
            name,
        }
    }

    /// Its outputs, by name (CloudFormation `DescribeStacks`).
    ///
    /// # Errors
    /// When CloudFormation refuses or does not know the stack.
    pub async fn outputs(&self) -> Result<Vec<(String, String)>, AwsError> {
        let answer = self.ask("cloudformation:DescribeStacks").await?;
        let outputs = answer.pairs("OutputKey", "OutputValue");
        Ok(outputs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }

    /// Its Lambda functions, by name (CloudFormation `DescribeStackResources`).
    ///
    /// # Errors
    /// When CloudFormation refuses or does not know the stack.
    pub async fn functions(&self) -> Result<Vec<String>, AwsError> {
        let answer = self.ask("cloudformation:DescribeStackResources").await?;
        let resources = answer.pairs("ResourceType", "PhysicalResourceId");
        Ok(resources
            .filter(|(kind, _)| *kind == "AWS::Lambda::Function")
            .map(|(_, name)| name.to_owned())
            .collect())
    }

    async fn ask(&self, action: &'static str) -> Result<Document, AwsError> {
        let stack = [("StackName", self.name)];
        self.cloudformation.call(action, self.name, &stack).await
    }
}
