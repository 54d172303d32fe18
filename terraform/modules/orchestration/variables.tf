variable "name" {
  description = "Prefix of everything that is made."
  type        = string
}

variable "vpc_id" {
  description = "Network of Airflow."
  type        = string
}

variable "subnet_ids" {
  description = "Two private subnets."
  type        = list(string)
}

variable "bucket" {
  description = "Name of the bucket for DAGs."
  type        = string
}

variable "dag_file" {
  description = "The DAG: orchestration/airflow/firn_daily.py."
  type        = string
}

variable "cluster_name" {
  description = "ECS cluster in which tasks run."
  type        = string
}

variable "cluster_arn" {
  description = "Its ARN."
  type        = string
}

variable "task_definition_family" {
  description = "Task definition of Firn."
  type        = string
}

variable "passed_role_arns" {
  description = "Roles of the task definition."
  type        = list(string)
}

variable "task_security_group_id" {
  description = "Security group of Firn's tasks."
  type        = string
}

variable "zone" {
  description = "snapshots.zone in firn.yaml."
  type        = string
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
