variable "region" {
  description = "Region of everything, and of the Snowflake account."
  type        = string
  default     = "eu-central-1"
}

variable "bucket" {
  description = "Name of the lake's bucket; names of others begin with it."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Three private subnets, one in each availability zone."
  type        = list(string)
}

variable "api_security_group_ids" {
  description = "Security groups of the APIs that look rows up in Redis."
  type        = list(string)
  default     = []
}

variable "image" {
  description = "Container image of Firn, by digest."
  type        = string
}

variable "debezium_plugin_arn" {
  description = "MSK Connect custom plugin with Debezium's PostgreSQL connector."
  type        = string
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

variable "redis_secret_arn" {
  description = "Secret with the password of Redis."
  type        = string
}

variable "page_token_secret_arn" {
  description = "Secret with the token of the status page."
  type        = string
}

variable "snowflake_organization" {
  description = "Organization of the Snowflake account."
  type        = string
}

variable "snowflake_account" {
  description = "Name of the Snowflake account."
  type        = string
}

variable "snowflake_admin" {
  description = "User who may be ACCOUNTADMIN."
  type        = string
}

variable "snowflake_public_key" {
  description = "Firn's public key in Snowflake, without its first and last line."
  type        = string
}

variable "snowflake_key_secret_arn" {
  description = "Secret with the private key, as PEM."
  type        = string
}

variable "snowflake_trusted" {
  description = "What DESC EXTERNAL VOLUME and DESC CATALOG INTEGRATION say after the first apply."
  type = list(object({
    user_arn    = string
    external_id = string
  }))
  default = []
}

variable "emails" {
  description = "Who is told of alarms and of the budget."
  type        = list(string)
}
