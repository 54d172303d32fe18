output "bootstrap_servers" {
  description = "source.bootstrap-servers in firn.yaml."
  value       = aws_msk_cluster.brokers.bootstrap_brokers_sasl_iam
}

output "consumer_policy_arn" {
  description = "Policy for who reads the topics."
  value       = aws_iam_policy.consumer.arn
}

output "connect_security_group_id" {
  description = "Security group of Debezium, to be let in by PostgreSQL."
  value       = aws_security_group.connect.id
}
