"""Apache Kafka behind the protocols of messages."""
