// Names of libgit2 that lead to its network parts. An object that defines them all keeps the linker from taking the
// members of libgit2.a that hold TLS, HTTP, SSH and sockets, and with them OpenSSL or mbedTLS, libssh2, Kerberos and the
// resolver. Each name has the signature that libgit2 1.5 to 1.9 gives it; which of them are asked for depends on its
// version and on how it was built.
#include <git2.h>
#include <git2/sys/transport.h>
#include <stdbool.h>

#if __has_include(<git2/sys/errors.h>)
#include <git2/sys/errors.h>
#endif

typedef struct git_stream git_stream;

static int refuse(void) {
  git_error_set_str(GIT_ERROR_NET, "this program has no network transport");
  return -1;
}

// Called by `git_libgit2_init`, which fails when one of them does.

int git_mbedtls_stream_global_init(void) { return 0; }
int git_openssl_stream_global_init(void) { return 0; }
int git_transport_ssh_global_init(void) { return 0; }
// Its name since libgit2 1.8.
int git_transport_ssh_libssh2_global_init(void) { return 0; }
int git_socket_stream_global_init(void) { return 0; }

// Called when a remote is opened, which nothing here does.

int git_smart_subtransport_git(git_smart_subtransport **out, git_transport *owner, void *param) { return refuse(); }
int git_smart_subtransport_http(git_smart_subtransport **out, git_transport *owner, void *param) { return refuse(); }
int git_smart_subtransport_ssh(git_smart_subtransport **out, git_transport *owner, void *param) { return refuse(); }

int git_socket_stream_new(git_stream **out, const char *host, const char *port) { return refuse(); }

int git_mbedtls_stream_new(git_stream **out, const char *host, const char *port) { return refuse(); }
int git_mbedtls_stream_wrap(git_stream **out, git_stream *in, const char *host) { return refuse(); }
int git_mbedtls__set_cert_location(const char *file, const char *path) { return refuse(); }

int git_openssl_stream_new(git_stream **out, const char *host, const char *port) { return refuse(); }
int git_openssl_stream_wrap(git_stream **out, git_stream *in, const char *host) { return refuse(); }
int git_openssl__set_cert_location(const char *file, const char *path) { return refuse(); }
int git_openssl__add_x509_cert(void *certificate) { return refuse(); }

// Options that `git_libgit2_opts` sets; without them http.c and socket.c are taken after all.

bool git_http__expect_continue = false;
int git_socket_stream__connect_timeout = 0;
int git_socket_stream__timeout = 0;
