"""CloudFormation and SAM templates as resources: parameters, conditions, intrinsics, nested stacks."""
