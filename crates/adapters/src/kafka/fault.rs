//! What librdkafka's errors mean for the caller of a port.

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use runtime::ports::PortError;

/// A fault while doing `what`, which names the topic or group.
pub(super) fn fault(what: &str, error: &KafkaError) -> PortError {
    if let KafkaError::ClientConfig(_, reason, key, _) = error {
        // Its own text has the value, which may be a secret.
        return PortError::refused(format!("{what}: {key}: {reason}"));
    }
    match error.rdkafka_error_code() {
        Some(code) => by_code(what, code),
        None => PortError::retry(format!("{what}: {error}")),
    }
}

/// The same by a code alone.
pub(super) fn by_code(what: &str, code: Code) -> PortError {
    let text = format!("{what}: {code}");
    if needs_a_person(code) {
        PortError::Refused(text)
    } else {
        PortError::retry(text)
    }
}

/// Whether trying again cannot help.
fn needs_a_person(code: Code) -> bool {
    matches!(
        code,
        // What a broker says. librdkafka's own `UnknownPartition` and `UnknownTopic` also come of metadata that it
        // has lost while the brokers were away.
        Code::UnknownTopicOrPartition
            | Code::Authentication
            | Code::AutoOffsetReset
            | Code::ClusterAuthorizationFailed
            | Code::Fenced
            | Code::FencedInstanceId
            | Code::GroupAuthorizationFailed
            | Code::GroupMaxSizeReached
            | Code::InconsistentGroupProtocol
            | Code::InvalidArgument
            | Code::InvalidConfig
            | Code::InvalidGroupId
            | Code::InvalidMessageSize
            | Code::InvalidPartitions
            | Code::InvalidRecord
            | Code::InvalidReplicationFactor
            | Code::InvalidRequest
            | Code::InvalidSessionTimeout
            | Code::InvalidTimestamp
            | Code::InvalidTopic
            | Code::LogTruncation
            | Code::MessageBatchTooLarge
            | Code::MessageSizeTooLarge
            | Code::OffsetOutOfRange
            | Code::PolicyViolation
            | Code::SaslAuthenticationFailed
            | Code::TopicAuthorizationFailed
            | Code::UnreleasedInstanceId
            | Code::UnsupportedAssignor
            | Code::UnsupportedCompressionType
            | Code::UnsupportedFeature
            | Code::UnsupportedSASLMechanism
            | Code::UnsupportedVersion
    )
}

/// Whether the topic or the partition is not there, as far as the client knows.
pub(super) fn unknown(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownPartition | Code::UnknownTopic | Code::UnknownTopicOrPartition
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_should_do_is_told_by_the_type() {
        for code in [
            Code::UnknownTopicOrPartition,
            Code::MessageSizeTooLarge,
            Code::TopicAuthorizationFailed,
        ] {
            let error = fault("append to t/0", &KafkaError::MessageProduction(code));
            assert!(!error.is_retry() && error.to_string().contains("t/0"));
        }
        for code in [
            Code::AllBrokersDown,
            Code::OperationTimedOut,
            Code::NotLeaderForPartition,
            Code::NotEnoughReplicas,
            Code::UnknownPartition,
            Code::UnknownTopic,
        ] {
            assert!(fault("append to t/0", &KafkaError::MetadataFetch(code)).is_retry());
        }
    }
}
