# `edactl config init --from-terraform` reads these.

output "producer_function_name" {
  description = "What edactl invokes"
  value       = aws_lambda_function.producer.function_name
}

output "queue_url" {
  description = "The queue between the functions"
  value       = aws_sqs_queue.main.url
}

output "consumer_function_name" {
  description = "Whose log proves that messages arrived"
  value       = aws_lambda_function.consumer.function_name
}

output "dlq_url" {
  description = "The dead-letter queue"
  value       = aws_sqs_queue.dead_letters.url
}

output "region" {
  description = "Where all of that is"
  value       = var.region
}
