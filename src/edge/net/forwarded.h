// SPDX-License-Identifier: Apache-2.0
// Who a request is from, where proxies of ours stand in front.
#ifndef FULMAR_EDGE_NET_FORWARDED_H
#define FULMAR_EDGE_NET_FORWARDED_H

#include "edge/net/address.h"

enum { FORWARDED_HOPS_MAX = 32 };

// The client, by the peer of the connection and the X-Forwarded-For that came (NULL: none; lists of several fields are
// joined by commas before). Each proxy adds the address that it saw on the right, so the list is read from there, as
// long as trusted proxies say it: the first address that is not one of theirs is the client's; what stands left of it
// was written by strangers and means nothing. A peer that is not trusted is the client, whatever it says.
//
// Where every hop is trusted, the leftmost is the client. An entry that is no address ("unknown", empty, garbage) ends
// the reading, and the last address that could be read stands; so does a list of more than FORWARDED_HOPS_MAX. An entry
// may have a port ("192.0.2.1:80", "[2001:db8::1]:80").
struct net_address forwarded_client(const struct net_address *peer, const char *forwarded_for,
                                    const struct net_ranges *trusted);

// Whether the client spoke TLS: the connection did, or a trusted peer says so (X-Forwarded-Proto is exactly "https").
bool forwarded_is_tls(const struct net_address *peer, bool is_tls, const char *forwarded_proto,
                      const struct net_ranges *trusted);

#endif
