terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

module "a01" {
  source = "./a01-literal"
}

module "a02" {
  source = "./a02-literal-arn"
}

module "a03" {
  source = "./a03-arn-with-region"
}

module "a04" {
  source = "./a04-arn-with-id"
  region = "us-west-2"
}

module "a05" {
  source = "./a05-variable"
  model  = "amazon.nova-micro-v1:0"
}

module "a06" {
  source = "./a06-object-default"
}

module "a06_given" {
  source = "./a06-object-default"
  kb     = { name = "docs", embed_model = "amazon.titan-embed-text-v1", dims = 1536 }
}

module "a07" {
  source = "./a07-empty-default"
}

module "a08" {
  source = "./a08-local"
}

module "a10" {
  source = "./a10-data-sources"
}

module "a14" {
  source = "./a14-ternaries"
}

module "a14_other" {
  source       = "./a14-ternaries"
  make_profile = false
}

module "a16" {
  source = "./a16-module-call"
}

module "a17" {
  source = "./a17-whole-list"
  variants = [
    { name = "v1", model_id = "amazon.titan-text-express-v1" },
    { name = "v2", model_id = "us.amazon.nova-lite-v1:0", template_type = "TEXT" },
  ]
}

module "a18" {
  source = "./a18-for-each"
}

module "a20" {
  source = "./a20-count"
}

module "a21" {
  source = "./a21-dynamic"
}

module "a22" {
  source = "./a22-look-up"
}

module "a23" {
  source = "./a23-templatefile"
}

module "a24" {
  source = "./a24-decoded-yaml"
}

module "a26" {
  source = "./a26-policy-document"
}

module "a27" {
  source = "./a27-heredoc"
}

module "a29" {
  source = "./a29-string-functions"
}

module "a30" {
  source = "./a30-built-arns"
}

module "a32" {
  source = "./a32-other-resources"
}

module "a33" {
  source                = "./a33-environment"
  environment_variables = { MODEL = "us.meta.llama3-3-70b-instruct-v1:0" }
}

module "a43" {
  source = "./a43-other-vendors"
}

module "json" {
  source = "./json-in-strings"
}
