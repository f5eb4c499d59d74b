#!/usr/bin/env python3
"""Calls a method of the template's prices over RabbitMQ with nothing but pika, and prints the answer.

Several methods share the queue "prices"; the header parley-method says which one is called. One
parameter is the body, several are a JSON object by their names.

    prices_client.py [amqp-url] [method] [json-body]
    prices_client.py amqp://guest:guest@localhost:5672 total '{"item": "tea", "quantity": 3}'
"""

import sys
import uuid

import pika

QUEUE = "prices"
LIMIT_SECONDS = 20


def call(channel, method, body):
    """The headers and the body of the reply."""
    replies = channel.queue_declare(queue="", exclusive=True).method.queue
    correlation_id = str(uuid.uuid4())
    channel.basic_publish(
        exchange="",
        routing_key=QUEUE,
        properties=pika.BasicProperties(
            reply_to=replies,
            correlation_id=correlation_id,
            content_type="application/json",
            headers={"parley-method": method},
        ),
        body=body,
    )
    for _, properties, reply in channel.consume(
        replies, auto_ack=True, inactivity_timeout=LIMIT_SECONDS
    ):
        if properties is None:
            raise TimeoutError(f"no reply from {QUEUE} within {LIMIT_SECONDS} s")
        if properties.correlation_id == correlation_id:
            return properties.headers or {}, reply


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "amqp://guest:guest@localhost:5672/%2F"
    method = sys.argv[2] if len(sys.argv) > 2 else "total"
    body = sys.argv[3] if len(sys.argv) > 3 else '{"item": "tea", "quantity": 3}'
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        headers, reply = call(connection.channel(), method, body)
    finally:
        connection.close()
    status = headers.get("parley-status")  # a plain success has none
    if status is not None:
        print(f"{status}: {reply.decode()}", file=sys.stderr)
        return 1
    print(reply.decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
