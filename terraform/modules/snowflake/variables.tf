variable "name" {
  description = "Prefix of everything that is made in AWS."
  type        = string
}

variable "warehouse_location" {
  description = "The lake's warehouse, as the module lake gives it."
  type        = string
}

variable "namespace" {
  description = "The lake's namespace."
  type        = string
}

variable "reader_policy_arn" {
  description = "Policy of the lake's readers."
  type        = string
}

variable "database" {
  description = "serving.snowflake.database in firn.yaml."
  type        = string
}

variable "user" {
  description = "serving.snowflake.user in firn.yaml."
  type        = string
  default     = "FIRN"
}

variable "public_key" {
  description = "The user's public RSA key, without its first and last line."
  type        = string
}

variable "warehouse_size" {
  description = "Size of the warehouse in which Firn's statements run."
  type        = string
  default     = "XSMALL"
}

variable "tags" {
  description = "Tags of everything that is made in AWS."
  type        = map(string)
  default     = {}
}

variable "trusted" {
  description = "Snowflake's users and external ids, from DESC EXTERNAL VOLUME and DESC CATALOG INTEGRATION. Empty at the first apply; until they are given, nobody may assume the role."
  type = list(object({
    user_arn    = string
    external_id = string
  }))
  default = []
}
