# A whole deployment: 180 million products, 8 million updates a day, 24 months of days, at most $30,000 a month.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
    snowflake = {
      source  = "snowflakedb/snowflake"
      version = "~> 2.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

provider "snowflake" {
  organization_name        = var.snowflake_organization
  account_name             = var.snowflake_account
  user                     = var.snowflake_admin
  authenticator            = "SNOWFLAKE_JWT"
  role                     = "ACCOUNTADMIN"
  preview_features_enabled = ["snowflake_external_volume_resource"]
}

locals {
  name = "atlasmart"
  tags = { firn-lake = local.name }
}

module "lake" {
  source = "../../terraform/modules/lake"

  name      = local.name
  bucket    = var.bucket
  namespace = "atlas"
  tags      = local.tags
}

module "streaming" {
  source = "../../terraform/modules/streaming"

  name                      = local.name
  vpc_id                    = var.vpc_id
  subnet_ids                = var.subnet_ids
  client_security_group_ids = [module.compute.security_group_id]
  connector_plugin_arn      = var.debezium_plugin_arn
  postgres                  = var.postgres
  topic_prefix              = "atlas"
  tags                      = local.tags
}

module "serving" {
  source = "../../terraform/modules/serving"

  name                      = local.name
  vpc_id                    = var.vpc_id
  subnet_ids                = var.subnet_ids
  client_security_group_ids = concat([module.compute.security_group_id], var.api_security_group_ids)
  auth_token_secret_arn     = var.redis_secret_arn
  tags                      = local.tags
}

module "compute" {
  source = "../../terraform/modules/compute"

  name              = local.name
  vpc_id            = var.vpc_id
  subnet_ids        = var.subnet_ids
  image             = var.image
  spark_lake_bucket = module.lake.bucket
  tags              = local.tags

  policy_arns = {
    lake   = module.lake.writer_policy_arn
    topics = module.streaming.consumer_policy_arn
  }

  secrets = {
    FIRN_PG_PASSWORD    = "${var.postgres.secret_arn}:password::"
    FIRN_REDIS_PASSWORD = var.redis_secret_arn
    FIRN_PAGE_TOKEN     = var.page_token_secret_arn
    FIRN_SNOWFLAKE_KEY  = var.snowflake_key_secret_arn
  }

  configuration = templatefile("${path.module}/firn.yaml.tftpl", {
    warehouse         = module.lake.warehouse
    namespace         = module.lake.database
    kms_key           = module.lake.kms_key_arn
    ledger_key        = module.lake.ledger_key_arn
    bootstrap_servers = module.streaming.bootstrap_servers
    redis_host        = module.serving.endpoint
    postgres          = var.postgres
    region            = var.region
    snowflake_account = "${var.snowflake_organization}-${var.snowflake_account}"
    snowflake_role    = module.snowflake.role_arn
  })
}

module "orchestration" {
  source = "../../terraform/modules/orchestration"

  name                   = local.name
  vpc_id                 = var.vpc_id
  subnet_ids             = var.subnet_ids
  bucket                 = "${var.bucket}-dags"
  dag_file               = "${path.module}/../orchestration/airflow/firn_daily.py"
  cluster_name           = module.compute.cluster_name
  cluster_arn            = module.compute.cluster_arn
  task_definition_family = module.compute.task_definition_family
  passed_role_arns       = module.compute.passed_role_arns
  task_security_group_id = module.compute.security_group_id
  zone                   = "Europe/Berlin"
  tags                   = local.tags
}

module "snowflake" {
  source = "../../terraform/modules/snowflake"

  name               = local.name
  warehouse_location = module.lake.warehouse
  namespace          = module.lake.database
  reader_policy_arn  = module.lake.reader_policy_arn
  database           = "ATLAS"
  public_key         = var.snowflake_public_key
  trusted            = var.snowflake_trusted
  tags               = local.tags
}

module "budget" {
  source = "../../terraform/modules/budget"

  name              = local.name
  monthly_limit_usd = 30000
  emails            = var.emails
  tag_value         = local.name
  log_group_name    = module.compute.log_group_name
  cluster_name      = module.compute.cluster_name
  service_name      = module.compute.service_name
  tags              = local.tags
}
