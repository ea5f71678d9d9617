//! What a CloudFormation stack says of the pipeline that it made.

use std::collections::{BTreeSet, VecDeque};

use crate::{error::AwsError, query::Query, session::Session};

const LIST: &str = "cloudformation:ListStackResources";

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
        let stack = [("StackName", self.name)];
        let answer = self
            .cloudformation
            .call("cloudformation:DescribeStacks", self.name, &stack)
            .await?;
        let outputs = answer.holding("OutputKey").map(|output| {
            let (name, value) = (output.text("OutputKey"), output.text("OutputValue"));
            (name.to_owned(), value.to_owned())
        });
        Ok(outputs.collect())
    }

    /// Its Lambda functions and those of the stacks nested in it, by name (CloudFormation
    /// `ListStackResources`).
    ///
    /// # Errors
    /// When CloudFormation refuses, does not know the stack, or its pages never end.
    pub async fn functions(&self) -> Result<Vec<String>, AwsError> {
        let mut functions = Vec::new();
        let mut stacks = VecDeque::from([self.name.to_owned()]);
        let mut read = BTreeSet::new();
        while let Some(stack) = stacks.pop_front() {
            if !read.insert(stack.clone()) {
                continue;
            }
            for (kind, id) in self.resources(&stack).await? {
                match kind.as_str() {
                    "AWS::Lambda::Function" => functions.push(id),
                    "AWS::CloudFormation::Stack" => stacks.push_back(id),
                    _ => {}
                }
            }
        }
        Ok(functions)
    }

    /// The resources that a stack has now: each one's type and name.
    async fn resources(&self, stack: &str) -> Result<Vec<(String, String)>, AwsError> {
        let (mut resources, mut token) = (Vec::new(), None::<String>);
        let mut tokens = BTreeSet::new();
        loop {
            let mut page = vec![("StackName", stack)];
            if let Some(token) = &token {
                page.push(("NextToken", token));
            }
            let answer = self.cloudformation.call(LIST, stack, &page).await?;
            for resource in answer.holding("ResourceType") {
                let id = resource.text("PhysicalResourceId");
                // What an update took away stays listed for a while.
                if !id.is_empty() && resource.text("ResourceStatus") != "DELETE_COMPLETE" {
                    resources.push((resource.text("ResourceType").to_owned(), id.to_owned()));
                }
            }
            token = answer.first("NextToken").map(str::to_owned);
            let Some(token) = &token else {
                return Ok(resources);
            };
            if !tokens.insert(token.clone()) {
                return Err(AwsError::looping(LIST, stack));
            }
        }
    }
}
