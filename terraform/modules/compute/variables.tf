variable "name" {
  description = "Prefix of everything that is made."
  type        = string
}

variable "vpc_id" {
  description = "Network of the service."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
}

variable "image" {
  description = "Container image of Firn, by digest."
  type        = string
}

variable "configuration" {
  description = "The text of firn.yaml. Secrets are in it as $${NAME} and come from secrets."
  type        = string
}

variable "secrets" {
  description = "Environment variables that firn.yaml takes, each with the ARN of its Secrets Manager secret."
  type        = map(string)
  default     = {}
}

variable "policy_arns" {
  description = "Policies of the service's role: the lake's writer, the topics' consumer."
  type        = map(string)
}

variable "cpu" {
  description = "CPU units of the service; 1024 are one processor."
  type        = number
  default     = 8192
}

variable "memory_mib" {
  description = "Memory of the service."
  type        = number
  default     = 32768
}

variable "disk_gib" {
  description = "Disk for the key index, the cache and sorts. 180 million keys are 2.5 GB."
  type        = number
  default     = 200
}

variable "page_port" {
  description = "Port of the status page."
  type        = number
  default     = 8484
}

variable "spark_lake_bucket" {
  description = "Bucket of the lake, for Spark's jar, configuration and logs under spark/."
  type        = string
}

variable "spark_release" {
  description = "Release of EMR: one with Spark 4 and Scala 2.13, which those whose names begin with emr-7 do not have."
  type        = string
  default     = "emr-spark-8.0.0"
}

variable "spark_max_cpu" {
  description = "Most processors that one compaction on Spark may take."
  type        = string
  default     = "64 vCPU"
}

variable "spark_max_memory" {
  description = "Most memory that one compaction on Spark may take."
  type        = string
  default     = "256 GB"
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
