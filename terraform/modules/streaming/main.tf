# Kafka (MSK) and Debezium (MSK Connect).

resource "aws_security_group" "brokers" {
  name   = "${var.name}-brokers"
  vpc_id = var.vpc_id
  tags   = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = toset(var.client_security_group_ids)

  security_group_id            = aws_security_group.brokers.id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 9098
  to_port                      = 9098
}

resource "aws_vpc_security_group_ingress_rule" "connect" {
  security_group_id            = aws_security_group.brokers.id
  referenced_security_group_id = aws_security_group.connect.id
  ip_protocol                  = "tcp"
  from_port                    = 9098
  to_port                      = 9098
}

resource "aws_security_group" "connect" {
  name   = "${var.name}-connect"
  vpc_id = var.vpc_id
  tags   = var.tags
}

resource "aws_vpc_security_group_egress_rule" "connect" {
  security_group_id = aws_security_group.connect.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_cloudwatch_log_group" "streaming" {
  name              = "/firn/${var.name}/streaming"
  retention_in_days = 30
  tags              = var.tags
}

resource "aws_msk_configuration" "brokers" {
  name = "${var.name}-brokers"

  server_properties = <<-EOT
    auto.create.topics.enable=true
    default.replication.factor=3
    min.insync.replicas=2
    num.partitions=3
    log.retention.hours=${var.retention_hours}
    unclean.leader.election.enable=false
  EOT
}

resource "aws_msk_cluster" "brokers" {
  cluster_name           = var.name
  kafka_version          = "3.8.x"
  number_of_broker_nodes = length(var.subnet_ids)
  tags                   = var.tags

  broker_node_group_info {
    instance_type   = var.broker_type
    client_subnets  = var.subnet_ids
    security_groups = [aws_security_group.brokers.id]

    storage_info {
      ebs_storage_info {
        volume_size = var.broker_storage_gib
      }
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.brokers.arn
    revision = aws_msk_configuration.brokers.latest_revision
  }

  client_authentication {
    sasl {
      iam = true
    }
  }

  encryption_info {
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.streaming.name
      }
    }
  }
}

data "aws_iam_policy_document" "connect_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["kafkaconnect.amazonaws.com"]
    }
  }
}

locals {
  cluster_arn = aws_msk_cluster.brokers.arn
  topics_arn  = "${replace(aws_msk_cluster.brokers.arn, ":cluster/", ":topic/")}/*"
  groups_arn  = "${replace(aws_msk_cluster.brokers.arn, ":cluster/", ":group/")}/*"
}

data "aws_iam_policy_document" "connect" {
  statement {
    actions   = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"]
    resources = [local.cluster_arn]
  }

  statement {
    actions   = ["kafka-cluster:CreateTopic", "kafka-cluster:DescribeTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"]
    resources = [local.topics_arn]
  }

  statement {
    actions   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
    resources = [local.groups_arn]
  }

  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.postgres.secret_arn]
  }
}

# Firn reads topics and commits nothing to them: its positions are in the lake.
data "aws_iam_policy_document" "consumer" {
  statement {
    actions   = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"]
    resources = [local.cluster_arn]
  }

  statement {
    actions   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
    resources = [local.topics_arn]
  }

  statement {
    actions   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
    resources = [local.groups_arn]
  }
}

resource "aws_iam_policy" "consumer" {
  name   = "${var.name}-consumer"
  policy = data.aws_iam_policy_document.consumer.json
  tags   = var.tags
}

resource "aws_iam_role" "connect" {
  name               = "${var.name}-connect"
  assume_role_policy = data.aws_iam_policy_document.connect_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "connect" {
  name   = "connect"
  role   = aws_iam_role.connect.id
  policy = data.aws_iam_policy_document.connect.json
}

# The password is read by the worker from Secrets Manager; it is in no configuration.
resource "aws_mskconnect_worker_configuration" "debezium" {
  name = "${var.name}-debezium"

  properties_file_content = <<-EOT
    key.converter=org.apache.kafka.connect.json.JsonConverter
    key.converter.schemas.enable=false
    value.converter=org.apache.kafka.connect.json.JsonConverter
    value.converter.schemas.enable=false
    config.providers=secrets
    config.providers.secrets.class=com.amazonaws.kafka.config.providers.SecretsManagerConfigProvider
  EOT
}

resource "aws_mskconnect_connector" "debezium" {
  name                       = "${var.name}-debezium"
  kafkaconnect_version       = "3.7.x"
  service_execution_role_arn = aws_iam_role.connect.arn

  capacity {
    provisioned_capacity {
      mcu_count    = 2
      worker_count = 1
    }
  }

  connector_configuration = {
    "connector.class"              = "io.debezium.connector.postgresql.PostgresConnector"
    "tasks.max"                    = "1"
    "database.hostname"            = var.postgres.host
    "database.port"                = tostring(var.postgres.port)
    "database.dbname"              = var.postgres.database
    "database.user"                = var.postgres.user
    "database.password"            = "$${secrets:${var.postgres.secret_name}:password}"
    "plugin.name"                  = "pgoutput"
    "slot.name"                    = "firn_debezium"
    "publication.autocreate.mode"  = "filtered"
    "table.include.list"           = join(",", var.postgres.tables)
    "topic.prefix"                 = var.topic_prefix
    "snapshot.mode"                = "no_data"
    "provide.transaction.metadata" = "true"
    "heartbeat.interval.ms"        = "10000"
  }

  kafka_cluster {
    apache_kafka_cluster {
      bootstrap_servers = aws_msk_cluster.brokers.bootstrap_brokers_sasl_iam

      vpc {
        security_groups = [aws_security_group.connect.id]
        subnets         = var.subnet_ids
      }
    }
  }

  kafka_cluster_client_authentication {
    authentication_type = "IAM"
  }

  kafka_cluster_encryption_in_transit {
    encryption_type = "TLS"
  }

  plugin {
    custom_plugin {
      arn      = var.connector_plugin_arn
      revision = var.connector_plugin_revision
    }
  }

  worker_configuration {
    arn      = aws_mskconnect_worker_configuration.debezium.arn
    revision = aws_mskconnect_worker_configuration.debezium.latest_revision
  }

  log_delivery {
    worker_log_delivery {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.streaming.name
      }
    }
  }
}
