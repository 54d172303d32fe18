variable "name" {
  description = "Prefix of everything that is made."
  type        = string
}

variable "vpc_id" {
  description = "Network of the cache."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, in two availability zones at least."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups that may speak to the cache: Firn's and the APIs'."
  type        = list(string)
}

variable "node_type" {
  description = "Size of a node. 180 million rows of 282 bytes are 51 GB, and a rebuild holds two generations."
  type        = string
  default     = "cache.r7g.4xlarge"
}

variable "replicas" {
  description = "Replicas: they take over, and lookups are spread over them."
  type        = number
  default     = 2
}

variable "auth_token_secret_arn" {
  description = "Secrets Manager secret whose value is the password."
  type        = string
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
