# What an account administrator does for Snowflake, and the AWS role that Snowflake assumes. What Firn's own role makes
# (schemas, tables, days) is made by firn snowflake apply.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  role_name = "${var.name}-snowflake"
  role_arn  = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${local.role_name}"
}

resource "snowflake_external_volume" "lake" {
  name         = "FIRN_LAKE"
  allow_writes = "false"

  storage_location {
    storage_location_name = "lake"
    storage_provider      = "S3"
    storage_base_url      = "${var.warehouse_location}/"
    storage_aws_role_arn  = local.role_arn
  }
}

# There is no resource for these integrations: the statements are those of firn snowflake ddl.
resource "snowflake_execute" "catalog" {
  execute = <<-EOT
    CREATE CATALOG INTEGRATION IF NOT EXISTS "FIRN_CATALOG"
      CATALOG_SOURCE = ICEBERG_REST
      TABLE_FORMAT = ICEBERG
      CATALOG_NAMESPACE = '${var.namespace}'
      REST_CONFIG = (CATALOG_URI = 'https://glue.${data.aws_region.current.region}.amazonaws.com/iceberg' CATALOG_API_TYPE = AWS_GLUE CATALOG_NAME = '${data.aws_caller_identity.current.account_id}')
      REST_AUTHENTICATION = (TYPE = SIGV4 SIGV4_IAM_ROLE = '${local.role_arn}' SIGV4_SIGNING_REGION = '${data.aws_region.current.region}')
      REFRESH_INTERVAL_SECONDS = 60
      ENABLED = TRUE
  EOT
  revert  = "DROP INTEGRATION IF EXISTS \"FIRN_CATALOG\""
  query   = "DESCRIBE CATALOG INTEGRATION \"FIRN_CATALOG\""
}

resource "snowflake_execute" "pins" {
  execute = "CREATE CATALOG INTEGRATION IF NOT EXISTS \"FIRN_CATALOG_PINS\" CATALOG_SOURCE = OBJECT_STORE TABLE_FORMAT = ICEBERG ENABLED = TRUE"
  revert  = "DROP INTEGRATION IF EXISTS \"FIRN_CATALOG_PINS\""
}

resource "snowflake_database" "lake" {
  name = var.database
}

resource "snowflake_warehouse" "firn" {
  name                = "FIRN"
  warehouse_size      = var.warehouse_size
  auto_suspend        = 60
  auto_resume         = "true"
  initially_suspended = true
}

resource "snowflake_account_role" "firn" {
  name = "FIRN"
}

resource "snowflake_account_role" "reader" {
  name = "FIRN_READER"
}

resource "snowflake_service_user" "firn" {
  name              = var.user
  rsa_public_key    = var.public_key
  default_warehouse = snowflake_warehouse.firn.name
  default_role      = snowflake_account_role.firn.name
}

resource "snowflake_grant_account_role" "firn" {
  role_name = snowflake_account_role.firn.name
  user_name = snowflake_service_user.firn.name
}

resource "snowflake_grant_privileges_to_account_role" "volume" {
  account_role_name = snowflake_account_role.firn.name
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "EXTERNAL VOLUME"
    object_name = snowflake_external_volume.lake.name
  }
}

resource "snowflake_grant_privileges_to_account_role" "integrations" {
  for_each   = toset(["FIRN_CATALOG", "FIRN_CATALOG_PINS"])
  depends_on = [snowflake_execute.catalog, snowflake_execute.pins]

  account_role_name = snowflake_account_role.firn.name
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "INTEGRATION"
    object_name = each.value
  }
}

resource "snowflake_grant_privileges_to_account_role" "warehouse" {
  account_role_name = snowflake_account_role.firn.name
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "WAREHOUSE"
    object_name = snowflake_warehouse.firn.name
  }
}

resource "snowflake_grant_privileges_to_account_role" "database" {
  account_role_name = snowflake_account_role.firn.name
  privileges        = ["USAGE", "CREATE SCHEMA"]

  on_account_object {
    object_type = "DATABASE"
    object_name = snowflake_database.lake.name
  }
}

resource "snowflake_grant_privileges_to_account_role" "reader" {
  account_role_name = snowflake_account_role.reader.name
  privileges        = ["USAGE"]

  on_account_object {
    object_type = "DATABASE"
    object_name = snowflake_database.lake.name
  }
}

# Snowflake says which of its users comes, and with which external id, only after volume and integration exist.
data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.trusted

    content {
      actions = ["sts:AssumeRole"]

      principals {
        type        = "AWS"
        identifiers = [statement.value.user_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "sts:ExternalId"
        values   = [statement.value.external_id]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.trusted) == 0 ? [1] : []

    content {
      effect  = "Deny"
      actions = ["sts:AssumeRole"]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
    }
  }
}

resource "aws_iam_role" "snowflake" {
  name               = local.role_name
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "snowflake" {
  role       = aws_iam_role.snowflake.name
  policy_arn = var.reader_policy_arn
}
