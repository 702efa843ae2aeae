#!/bin/sh
# The failures of test_services_faults.sh, met by Jira Data Center.
SYSTEMS=center
. tests/headless/test_services_faults.sh
