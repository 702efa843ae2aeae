/* assertion.c - client assertions: a JWT that the application's certificate signed, or one of an outside issuer. The only
 * user of OpenSSL. */
#include <cjson/cJSON.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tenant/tenant.h"

#define SKEW_S 300           /* clocks that differ so much are let by, as Entra does (MEM) */

/* The application's certificate: its key, and its fingerprints as assertions name it. */
struct certificate {
	EVP_PKEY *key;
	struct text sha1, sha256;
};

/* An assertion, taken apart. */
struct assertion {
	cJSON *header, *claims;
	struct text signature;
	size_t signed_bytes;         /* of the text: header and claims */
};

bool certificate_read(struct certificate **certificate, const char *path)
{
	FILE *file = fopen(path, "r");
	X509 *x509 = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n;

	if (file)
		fclose(file);
	if (!x509) {
		fprintf(stderr, "rouse-tenant: %s holds no certificate in PEM.\n", path);
		return false;
	}
	*certificate = must_alloc(sizeof **certificate);
	(*certificate)->key = X509_get_pubkey(x509);
	if (X509_digest(x509, EVP_sha1(), digest, &n) == 1)
		text_base64url(&(*certificate)->sha1, digest, n);
	if (X509_digest(x509, EVP_sha256(), digest, &n) == 1)
		text_base64url(&(*certificate)->sha256, digest, n);
	X509_free(x509);
	return true;
}

void certificate_free(struct certificate **certificate)
{
	if (!*certificate)
		return;
	EVP_PKEY_free((*certificate)->key);
	text_release(&(*certificate)->sha1);
	text_release(&(*certificate)->sha256);
	free(*certificate);
	*certificate = NULL;
}

static bool read_part(const char *at, size_t n, cJSON **out)
{
	struct text json = { 0 };

	if (text_base64url_read(&json, at, n) && json.len)
		*out = cJSON_ParseWithLength(json.at, json.len);
	text_release(&json);
	return cJSON_IsObject(*out);
}

static bool take_apart(struct assertion *assertion, const char *text)
{
	const char *dot = strchr(text, '.'), *second = dot ? strchr(dot + 1, '.') : NULL;

	if (!second || strchr(second + 1, '.'))
		return false;
	assertion->signed_bytes = (size_t)(second - text);
	return read_part(text, (size_t)(dot - text), &assertion->header) && read_part(dot + 1, (size_t)(second - dot - 1), &assertion->claims) &&
	       text_base64url_read(&assertion->signature, second + 1, strlen(second + 1)) && assertion->signature.len;
}

static const char *claim(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(item) ? item->valuestring : "";
}

static int64_t number(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

/* PS256 with x5t#S256, or RS256 with x5t: the algorithm and the fingerprint go together. */
static bool is_signed(const struct certificate *certificate, const struct assertion *assertion, const char *text)
{
	bool pss = strcmp(claim(assertion->header, "alg"), "PS256") == 0;
	const char *print = claim(assertion->header, pss ? "x5t#S256" : "x5t");
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL;
	bool good;

	if (!pss && strcmp(print, "") == 0)
		print = claim(assertion->header, "x5t#S256");
	good = strcmp(print, certificate->sha256.at) == 0 || (!pss && strcmp(print, certificate->sha1.at) == 0);
	good = good && context && EVP_DigestVerifyInit(context, &key, EVP_sha256(), NULL, certificate->key) == 1;
	if (good && pss)
		good = EVP_PKEY_CTX_ctrl_str(key, "rsa_padding_mode", "pss") == 1 && EVP_PKEY_CTX_ctrl_str(key, "rsa_pss_saltlen", "auto") == 1;
	good = good && EVP_DigestVerify(context, (const unsigned char *)assertion->signature.at, assertion->signature.len,
	                                (const unsigned char *)text, assertion->signed_bytes) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

/* Whether the jti came before; it is kept. (INF): whether Entra refuses a replay is not documented, so --replay allow is there. */
static bool is_replay(struct tenant *tenant, const char *id)
{
	bool seen = false;

	pthread_mutex_lock(&tenant->standin.lock);
	for (size_t i = 0; i < REPLAYS_MAX && !seen; i++)
		seen = *id && strcmp(tenant->replays[i], id) == 0;
	if (!seen)
		snprintf(tenant->replays[tenant->replay_count++ % REPLAYS_MAX], sizeof tenant->replays[0], "%s", id);
	seen = seen && tenant->options.replay == REPLAY_REFUSE;
	pthread_mutex_unlock(&tenant->standin.lock);
	return seen;
}

/* The token address as this server has it, or as the service that it stands in for. */
static bool is_audience(const struct tenant *tenant, const char *audience, const char *url)
{
	char real[640];

	snprintf(real, sizeof real, "https://login.microsoftonline.com/%s/oauth2/v2.0/token", tenant->options.tenant);
	return strcmp(audience, url) == 0 || strcmp(audience, real) == 0;
}

static bool is_in_time(const struct assertion *assertion)
{
	int64_t now = time_now() / TICKS, from = number(assertion->claims, "nbf"), to = number(assertion->claims, "exp");

	return to > now - SKEW_S && from < now + SKEW_S && to > from;
}

/* Facts 6.3: the outside issuer's own claims; its signature cannot be checked here. */
static bool federated_good(const struct tenant *tenant, const struct assertion *assertion)
{
	return strcmp(claim(assertion->claims, "sub"), tenant->options.federated_subject) == 0 &&
	       strcmp(claim(assertion->claims, "aud"), "api://AzureADTokenExchange") == 0;
}

static bool check(struct tenant *tenant, const struct assertion *assertion, const char *text, const char *client, const char *url,
                  struct reply *reply)
{
	const char *issuer = claim(assertion->claims, "iss"), *algorithm = claim(assertion->header, "alg");
	bool outside = *tenant->options.federated_issuer && strcmp(issuer, tenant->options.federated_issuer) == 0;

	if (outside && !federated_good(tenant, assertion))
		reply_entra(reply, 401, "invalid_client", 700213, "No matching federated identity record found for presented assertion subject '%.100s'.",
		            claim(assertion->claims, "sub"));
	else if (outside && is_in_time(assertion))
		return true;
	else if (!outside && (strcmp(issuer, client) != 0 || strcmp(claim(assertion->claims, "sub"), client) != 0))
		reply_entra(reply, 401, "invalid_client", 700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
	else if (!outside && !is_audience(tenant, claim(assertion->claims, "aud"), url))
		reply_entra(reply, 401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer.");
	else if (!is_in_time(assertion))
		reply_entra(reply, 401, "invalid_client", 700024, "Client assertion is not within its valid time range.");
	else if ((strcmp(algorithm, "PS256") != 0 && strcmp(algorithm, "RS256") != 0) ||
	         (tenant->certificate && !is_signed(tenant->certificate, assertion, text)))
		reply_entra(reply, 401, "invalid_client", 700027, "The certificate with identifier used to sign the client assertion is not registered on "
		            "application, or the assertion contains an invalid signature.");
	else if (is_replay(tenant, claim(assertion->claims, "jti")))
		reply_entra(reply, 401, "invalid_client", 700027, "Client assertion was used before (jti).");
	else
		return true;
	return false;
}

bool assertion_good(struct tenant *tenant, const char *text, const char *client, const char *url, struct reply *reply)
{
	struct assertion assertion = { 0 };
	bool good = take_apart(&assertion, text);

	if (!good)
		reply_entra(reply, 400, "invalid_request", 50027, "JWT token is invalid or malformed.");
	else
		good = check(tenant, &assertion, text, client, url, reply);
	cJSON_Delete(assertion.header);
	cJSON_Delete(assertion.claims);
	text_release(&assertion.signature);
	return good;
}
