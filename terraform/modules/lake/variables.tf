variable "name" {
  description = "Prefix of everything that is made."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket that holds the lake."
  type        = string
}

variable "namespace" {
  description = "Namespace of the lake's tables: lake.namespace, and the Glue database."
  type        = string
}

variable "retain_months" {
  description = "How long ledger entries and pinned metadata are locked: at least snapshots.retain."
  type        = number
  default     = 24
}

variable "lock_mode" {
  description = "GOVERNANCE lets a privileged administrator unlock, COMPLIANCE nobody."
  type        = string
  default     = "GOVERNANCE"

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.lock_mode)
    error_message = "lock_mode must be GOVERNANCE or COMPLIANCE."
  }
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
