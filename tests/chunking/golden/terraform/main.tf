terraform {
  required_version = ">= 1.5"
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

# Where build artefacts are kept.
resource "aws_s3_bucket" "artefacts" {
  bucket        = "artefacts-${var.region}"
  force_destroy = false

  tags = {
    team = "build"
  }
}

module "network" {
  source = "./network"
  cidr   = "10.0.0.0/16"
}
