/* draft_steps.c - how to leave passive mode, by operating system.
 *
 * From Microsoft's pages, as of 2026-11 (the links stand with the steps):
 *   microsoft-defender-antivirus-on-windows-server   ForceDefenderPassiveMode 0 and a reboot; the group policy `Turn off` means passive on
 *                                                    onboarded servers since platform 4.18.2208; Install-WindowsFeature
 *   enable-update-mdav-to-latest-ws                  MpCmdRun -wdenable on 2016; the features that may have been removed
 *   onboard-server                                   2012 R2 and 2016 need the modern unified agent
 *   microsoft-defender-passive-mode                  AMRunningMode
 * Set-MpPreference has no parameter for passive mode. */
#include "core/model/draft.h"

#define REGISTRY "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Advanced Threat Protection"
#define LOOK "Look at AMRunningMode in what `Get-MpComputerStatus` prints. Normal means active; Passive Mode and EDR Block Mode " \
	"mean passive. " \
	"AntivirusEnabled says True in all of them and proves nothing."
#define OTHER "Is another antivirus on the server? Remove it, or ask the security team to accept the server as it is. Two active engines " \
	"on one server disturb each other."
#define FORCE "Set the DWORD `ForceDefenderPassiveMode` in `" REGISTRY "` to 0. If a group policy or another tool " \
	"sets it, change it there, or it comes back."
#define POLICY "Check that no group policy enables \"Turn off Microsoft Defender Antivirus\": on an onboarded server that means passive mode."
#define AGENT "Check that the modern unified agent is installed and up to date (Microsoft Defender for Endpoint, KB5005292)"
#define RESTART "Restart the server."
#define VERIFY "Look again: AMRunningMode must say Normal. Then bring the signatures up to date: `Update-MpSignature`."
#define PAGE "https://learn.microsoft.com/defender-endpoint/"

static const char *const modern[] = {
	"Windows Server 2019 and later",
	LOOK, OTHER, FORCE, POLICY,
	"If the feature was removed: `Install-WindowsFeature -Name Windows-Defender`.",
	RESTART, VERIFY,
	PAGE "microsoft-defender-antivirus-on-windows-server",
	PAGE "enable-update-mdav-to-latest-ws",
	NULL,
};

static const char *const server_2016[] = {
	"Windows Server 2016",
	LOOK, OTHER,
	AGENT ".",
	FORCE, POLICY,
	"If the feature was removed: `Install-WindowsFeature -Name Windows-Defender-Features, Windows-Defender`.",
	"If it is turned off, in a command prompt as administrator: `\"%ProgramFiles%\\Windows Defender\\MpCmdRun.exe\" -wdenable`.",
	RESTART, VERIFY,
	PAGE "microsoft-defender-antivirus-on-windows-server",
	PAGE "enable-update-mdav-to-latest-ws",
	NULL,
};

static const char *const server_2012[] = {
	"Windows Server 2012 R2",
	LOOK, OTHER,
	AGENT ": Windows Server 2012 R2 gets Defender Antivirus only from it.",
	FORCE, POLICY, RESTART, VERIFY,
	PAGE "microsoft-defender-antivirus-on-windows-server",
	PAGE "onboard-server",
	NULL,
};

static const char *const unknown[] = {
	"Servers whose operating system is not known here",
	LOOK, OTHER, FORCE, POLICY, RESTART, VERIFY,
	PAGE "microsoft-defender-antivirus-on-windows-server",
	NULL,
};

/* `WindowsServer2012R2`; KQL's values are written in one letter case, files may have another. */
static bool platform_is(struct slice platform, const char *head)
{
	size_t n = 0;

	while (head[n])
		n++;
	return platform.text && platform.len >= n && slice_is_nocase((struct slice){ platform.text, n }, head);
}

const char *const *draft_steps(struct slice platform)
{
	if (platform_is(platform, "WindowsServer2012"))
		return server_2012;
	if (platform_is(platform, "WindowsServer2016"))
		return server_2016;
	if (platform_is(platform, "WindowsServer20"))
		return modern;
	return unknown;
}
