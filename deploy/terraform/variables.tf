variable "project" {
  description = "First part of every name, and a tag"
  type        = string
  default     = "edactl"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.project))
    error_message = "Up to 16 lower-case letters, digits and dashes, a letter first."
  }
}

variable "environment" {
  description = "Second part of every name, and a tag"
  type        = string
  default     = "dev"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.environment))
    error_message = "Up to 16 lower-case letters, digits and dashes, a letter first."
  }
}

variable "region" {
  description = "Where everything is made"
  type        = string
}

variable "packages" {
  description = "The directory of producer.zip and consumer.zip"
  type        = string
  default     = "../../target/deploy"
}

variable "architecture" {
  description = "What the zips were built for"
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "Either x86_64 or arm64."
  }
}

variable "delay_seconds" {
  description = "How long every message waits before the consumer can have it"
  type        = number
  default     = 0

  validation {
    condition     = var.delay_seconds >= 0 && var.delay_seconds <= 900
    error_message = "From 0 to 900 seconds."
  }
}

variable "log_retention_days" {
  description = "How long the functions' logs are kept; a number of days that CloudWatch Logs knows"
  type        = number
  default     = 30
}

variable "tags" {
  description = "More tags for everything"
  type        = map(string)
  default     = {}
}
