locals {
  name = "${var.project}-${var.environment}"
}

# The log groups are made here and not by the functions: so they have a retention, the functions
# need no right to make any, and they go with the rest.
resource "aws_cloudwatch_log_group" "producer" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts by itself; a key of one's own costs more than this pipeline
  #checkov:skip=CKV_AWS_338:how long is the user's choice (log_retention_days); what edactl verifies is minutes old
  name              = "/aws/lambda/${local.name}-producer"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "consumer" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts by itself; a key of one's own costs more than this pipeline
  #checkov:skip=CKV_AWS_338:how long is the user's choice (log_retention_days); what edactl verifies is minutes old
  name              = "/aws/lambda/${local.name}-consumer"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "producer" {
  #checkov:skip=CKV_AWS_115:reserved concurrency would be taken from the account's other functions
  #checkov:skip=CKV_AWS_116:it is invoked synchronously: its caller gets the error
  #checkov:skip=CKV_AWS_117:it reaches nothing that is in a network of one's own; a VPC would cost more than all the rest
  #checkov:skip=CKV_AWS_50:traces are billed and edactl needs none; every line of the log has the request id
  #checkov:skip=CKV_AWS_272:code signing needs a signing profile of the account's; whoever has one adds it here
  #checkov:skip=CKV_AWS_173:the one variable is a queue's URL, which is no secret
  function_name    = "${local.name}-producer"
  description      = "Sends one message for each top-level entry of its event"
  role             = aws_iam_role.producer.arn
  runtime          = "provided.al2023"
  architectures    = [var.architecture]
  handler          = "bootstrap"
  filename         = "${var.packages}/producer.zip"
  source_code_hash = filebase64sha256("${var.packages}/producer.zip")
  memory_size      = 128
  timeout          = 30

  environment {
    variables = {
      QUEUE_URL = aws_sqs_queue.main.url
    }
  }

  logging_config {
    log_group             = aws_cloudwatch_log_group.producer.name
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO" # the lines that say how an invocation ended
  }

  depends_on = [aws_iam_role_policy.producer]
}

resource "aws_lambda_function" "consumer" {
  #checkov:skip=CKV_AWS_115:the trigger's maximum concurrency limits it, without taking any from other functions
  #checkov:skip=CKV_AWS_116:the trigger invokes it; the queue has the dead-letter queue
  #checkov:skip=CKV_AWS_117:it reaches nothing that is in a network of one's own; a VPC would cost more than all the rest
  #checkov:skip=CKV_AWS_50:traces are billed and edactl needs none; every line of the log has the request id
  #checkov:skip=CKV_AWS_272:code signing needs a signing profile of the account's; whoever has one adds it here
  function_name    = "${local.name}-consumer"
  description      = "Logs each message of the queue"
  role             = aws_iam_role.consumer.arn
  runtime          = "provided.al2023"
  architectures    = [var.architecture]
  handler          = "bootstrap"
  filename         = "${var.packages}/consumer.zip"
  source_code_hash = filebase64sha256("${var.packages}/consumer.zip")
  memory_size      = 128
  timeout          = 10

  logging_config {
    log_group             = aws_cloudwatch_log_group.consumer.name
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO"
  }

  depends_on = [aws_iam_role_policy.consumer]
}

resource "aws_lambda_event_source_mapping" "trigger" {
  event_source_arn                   = aws_sqs_queue.main.arn
  function_name                      = aws_lambda_function.consumer.arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = 0
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 5
  }

  depends_on = [aws_iam_role_policy.consumer]
}
