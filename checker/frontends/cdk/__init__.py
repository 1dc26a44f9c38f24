"""CDK cloud assemblies (`cdk.out`) as resources."""
