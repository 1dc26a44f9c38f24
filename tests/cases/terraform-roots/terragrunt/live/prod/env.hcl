locals {
  embed = "cohere.embed-english-v3"
}
