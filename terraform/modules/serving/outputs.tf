output "endpoint" {
  description = "Host of serving.redis.uri in firn.yaml; the address begins with rediss."
  value       = aws_elasticache_replication_group.redis.primary_endpoint_address
}

output "reader_endpoint" {
  description = "Host for lookups, spread over the replicas."
  value       = aws_elasticache_replication_group.redis.reader_endpoint_address
}
