package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

const hmacType = "\xffkansa/hmac-sha256"

// hmacKey is Kansa's HMAC-SHA256 signature type, written from its definition in src/seal/hmac-key.ts.
type hmacKey struct {
	name   string
	secret []byte
}

func (k hmacKey) mac(text []byte) []byte {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write(text)
	return mac.Sum(nil)
}

func (k hmacKey) Name() string { return k.name }

func (k hmacKey) KeyHash() uint32 {
	public := k.mac([]byte("kansa/hmac-sha256 key id"))
	sum := sha256.Sum256([]byte(k.name + "\n" + hmacType + string(public)))
	return binary.BigEndian.Uint32(sum[:])
}

func (k hmacKey) Verify(text, signature []byte) bool { return hmac.Equal(signature, k.mac(text)) }

func (k hmacKey) Sign(text []byte) ([]byte, error) { return k.mac(text), nil }
