/* libsecp256k1 includes it for messages of its default callbacks, which are replaced. */
