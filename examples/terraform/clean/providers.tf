provider "aws" {
  region = var.region

  default_tags {
    tags = { product = "support-assistant", environment = var.environment }
  }
}

# Reserved capacity is bought where it was still to be had.
provider "aws" {
  alias  = "oregon"
  region = "us-west-2"
}
