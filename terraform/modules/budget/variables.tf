variable "name" {
  description = "Prefix of everything that is made."
  type        = string
}

variable "monthly_limit_usd" {
  description = "What a month may cost, Snowflake not counted."
  type        = number
  default     = 30000
}

variable "emails" {
  description = "Who is told."
  type        = list(string)
}

variable "tag_value" {
  description = "Value of the cost tag firn-lake that everything of this lake carries."
  type        = string
}

variable "freshness_minutes" {
  description = "How far the lake may be behind before somebody is told."
  type        = number
  default     = 15
}

variable "log_group_name" {
  description = "Log of the service, as the module compute gives it."
  type        = string
}

variable "cluster_name" {
  description = "ECS cluster of the service."
  type        = string
}

variable "service_name" {
  description = "ECS service of firn run."
  type        = string
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
