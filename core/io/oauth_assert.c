/* oauth_assert.c - a client assertion: a JWT that the certificate's key signs (RFC 7523). The only user of OpenSSL. */
#include <inttypes.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/io/http_load.h"
#include "core/io/json.h"
#include "core/io/oauth_inner.h"

#define ASSERTION_LIFE_S 600
#define PART_MAX 16384

#define CRYPTO_FUNCTIONS(X) \
	X(BIO_new_mem_buf) X(BIO_free) X(PEM_read_bio_PrivateKey) X(PEM_read_bio_X509) X(X509_free) X(X509_digest) X(X509_check_private_key) \
	X(EVP_PKEY_free) X(EVP_MD_CTX_new) X(EVP_MD_CTX_free) X(EVP_sha256) X(EVP_sha1) X(EVP_DigestSignInit) X(EVP_DigestSign) \
	X(EVP_PKEY_CTX_ctrl_str)

struct crypto_api {
#define FIELD(name) __typeof__(&name) name;
	CRYPTO_FUNCTIONS(FIELD)
#undef FIELD
};

static const char *const crypto_names[] = {
#define NAME(name) #name,
	CRYPTO_FUNCTIONS(NAME)
#undef NAME
};

#define CRYPTO_COUNT (sizeof crypto_names / sizeof *crypto_names)
_Static_assert(sizeof(struct crypto_api) == CRYPTO_COUNT * sizeof(void *), "every member is one pointer");

/* The certificate and its key while an assertion is made. */
struct signer {
	struct crypto_api api;
	X509 *certificate;   /* owned */
	EVP_PKEY *key;       /* owned */
};

static int load_crypto(struct signer *signer, struct error *err)
{
	static const char *const files[] = { "libcrypto.so.3", "libcrypto.so.1.1", NULL };
	void *functions[CRYPTO_COUNT];

	if (library_load(files, "libssl3", crypto_names, functions, CRYPTO_COUNT, err))
		return -1;
	memcpy(&signer->api, functions, sizeof functions);
	return 0;
}

/* A key with a pass phrase would be asked for on the terminal: refused instead. */
static int no_phrase(char *buffer, int size, int writing, void *owner)
{
	(void)buffer, (void)size, (void)writing, (void)owner;
	return -1;
}

static int open_signer(struct signer *signer, const char *path, struct error *err)
{
	struct secret_place place = { .what = "the certificate and its key", .file = path };
	struct secret pem = { NULL, 0 };
	BIO *memory = NULL;
	int failed = -1;

	if (load_crypto(signer, err) || secret_read_file(&pem, &place, err))
		return -1;
	memory = signer->api.BIO_new_mem_buf(pem.bytes, (int)pem.len);
	signer->key = memory ? signer->api.PEM_read_bio_PrivateKey(memory, NULL, no_phrase, NULL) : NULL;
	signer->api.BIO_free(memory);
	memory = signer->api.BIO_new_mem_buf(pem.bytes, (int)pem.len);
	signer->certificate = memory ? signer->api.PEM_read_bio_X509(memory, NULL, no_phrase, NULL) : NULL;
	signer->api.BIO_free(memory);
	if (!signer->key)
		error_set(err, STATUS_CONFIG, "%s holds no private key in PEM without a pass phrase; put certificate and key into it.", path);
	else if (!signer->certificate)
		error_set(err, STATUS_CONFIG, "%s holds no certificate in PEM; put certificate and key into it.", path);
	else if (signer->api.X509_check_private_key(signer->certificate, signer->key) != 1)
		error_set(err, STATUS_CONFIG, "%s: the first certificate is not the one of the key; put both of one pair into it.", path);
	else
		failed = 0;
	secret_wipe(&pem);
	return failed;
}

static void close_signer(struct signer *signer)
{
	if (signer->certificate)
		signer->api.X509_free(signer->certificate);
	if (signer->key)
		signer->api.EVP_PKEY_free(signer->key);
}

/* `{"alg":"PS256","typ":"JWT","x5t#S256":"..."}` in base64url. */
static int add_header(const struct signer *signer, bool rs256, struct strbuf *out, struct error *err)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct strbuf header = STRBUF_INIT(PART_MAX);

	if (signer->api.X509_digest(signer->certificate, rs256 ? signer->api.EVP_sha1() : signer->api.EVP_sha256(), digest, &n) != 1)
		return error_set(err, STATUS_FAILED, "The certificate's fingerprint could not be made.");
	strbuf_addf(&header, "{\"alg\":\"%s\",\"typ\":\"JWT\",\"%s\":\"", rs256 ? "RS256" : "PS256", rs256 ? "x5t" : "x5t#S256");
	base64url_add(&header, digest, n);
	strbuf_adds(&header, "\"}");
	base64url_add(out, (const unsigned char *)strbuf_text(&header), header.len);
	strbuf_release(&header);
	return 0;
}

static void add_claims(const struct oauth_options *options, const char *audience, int64_t now, const char *id, struct strbuf *out)
{
	struct strbuf claims = STRBUF_INIT(PART_MAX);

	strbuf_adds(&claims, "{\"aud\":");
	json_string(&claims, slice_of(audience));
	strbuf_adds(&claims, ",\"iss\":");
	json_string(&claims, slice_of(options->client));
	strbuf_adds(&claims, ",\"sub\":");
	json_string(&claims, slice_of(options->client));
	strbuf_adds(&claims, ",\"jti\":");
	json_string(&claims, slice_of(id));
	strbuf_addf(&claims, ",\"nbf\":%" PRId64 ",\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}", now, now, now + ASSERTION_LIFE_S);
	base64url_add(out, (const unsigned char *)strbuf_text(&claims), claims.len);
	strbuf_release(&claims);
}

static int add_signature(const struct signer *signer, bool rs256, struct strbuf *out, struct error *err)
{
	const struct crypto_api *api = &signer->api;
	EVP_MD_CTX *context = api->EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL;
	unsigned char *signature = NULL;
	size_t n = 0;
	bool fine = context && api->EVP_DigestSignInit(context, &key, api->EVP_sha256(), NULL, signer->key) == 1;

	/* Named for RS256 too: a key of another kind refuses it, and would sign in its own way otherwise. */
	fine = fine && api->EVP_PKEY_CTX_ctrl_str(key, "rsa_padding_mode", rs256 ? "pkcs1" : "pss") == 1;
	if (fine && !rs256)
		fine = api->EVP_PKEY_CTX_ctrl_str(key, "rsa_pss_saltlen", "digest") == 1;
	fine = fine && api->EVP_DigestSign(context, NULL, &n, (const unsigned char *)out->buf, out->len) == 1;
	if (fine) {
		signature = xmalloc(n);
		fine = api->EVP_DigestSign(context, signature, &n, (const unsigned char *)out->buf, out->len) == 1;
	}
	if (fine) {
		strbuf_addc(out, '.');
		base64url_add(out, signature, n);
	}
	free(signature);
	api->EVP_MD_CTX_free(context);
	return fine ? 0 : error_set(err, STATUS_CONFIG, "The key of the certificate cannot sign an assertion: it must be an RSA key, of 2048 "
	                            "bits or more. Make a new certificate with one.");
}

int oauth_assertion(const struct oauth_options *options, const char *audience, int64_t now, const char *id, struct strbuf *out,
                    struct error *err)
{
	struct signer signer = { 0 };
	int failed = open_signer(&signer, options->certificate, err) || add_header(&signer, options->rs256, out, err);

	if (!failed) {
		strbuf_addc(out, '.');
		add_claims(options, audience, now, id, out);
		failed = add_signature(&signer, options->rs256, out, err);
	}
	close_signer(&signer);
	return failed ? -1 : 0;
}
