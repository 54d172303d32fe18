output "warehouse" {
  description = "lake.catalog.warehouse in firn.yaml."
  value       = local.warehouse
}

output "bucket" {
  description = "Bucket of the lake."
  value       = aws_s3_bucket.lake.bucket
}

output "database" {
  description = "Glue database: lake.namespace in firn.yaml."
  value       = aws_glue_catalog_database.lake.name
}

output "kms_key_arn" {
  description = "Key of the lake's files: s3.sse.key in firn.yaml."
  value       = aws_kms_key.lake.arn
}

output "writer_policy_arn" {
  description = "Policy for who writes tables."
  value       = aws_iam_policy.writer.arn
}

output "reader_policy_arn" {
  description = "Policy for who reads tables."
  value       = aws_iam_policy.reader.arn
}

output "ledger_key_arn" {
  description = "The key of KMS that signs the ledger of days."
  value       = aws_kms_key.ledger.arn
}
