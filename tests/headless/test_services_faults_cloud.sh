#!/bin/sh
# The failures of test_services_faults.sh, met by Jira Cloud.
SYSTEMS=cloud
. tests/headless/test_services_faults.sh
