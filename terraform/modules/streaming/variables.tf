variable "name" {
  description = "Prefix of everything that is made."
  type        = string
}

variable "vpc_id" {
  description = "Network of the brokers."
  type        = string
}

variable "subnet_ids" {
  description = "One private subnet in each availability zone; as many brokers."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups that may speak to the brokers: Firn's."
  type        = list(string)
}

variable "broker_type" {
  description = "Size of a broker."
  type        = string
  default     = "kafka.m7g.large"
}

variable "broker_storage_gib" {
  description = "Disk of a broker. Firn's change log is the record, so topics are kept for days only."
  type        = number
  default     = 500
}

variable "retention_hours" {
  description = "How long topics are kept: longer than Firn may ever be down."
  type        = number
  default     = 168
}

variable "connector_plugin_arn" {
  description = "MSK Connect custom plugin with Debezium's PostgreSQL connector."
  type        = string
}

variable "connector_plugin_revision" {
  description = "Its revision."
  type        = number
  default     = 1
}

variable "postgres" {
  description = "The source. The secret holds the password under the key password."
  type = object({
    host        = string
    port        = number
    database    = string
    user        = string
    secret_name = string
    secret_arn  = string
    tables      = list(string)
  })
}

variable "topic_prefix" {
  description = "source.topic-prefix in firn.yaml."
  type        = string
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
