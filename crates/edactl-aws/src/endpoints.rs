//! Where IAM and CloudFormation are, by AWS's published endpoint rules. The partitions and their
//! domains are the SDK's own: it resolves STS, of which the two only differ in their labels.

use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_types::SdkConfig;

use crate::error::AwsError;

/// An address, and the region that requests to it are signed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub url: String,
    pub signing_region: String,
}

/// IAM's labels in a partition, as AWS's rule set for IAM has them: there is one IAM for each.
struct Home {
    /// How its regions' names begin.
    regions: &'static str,
    /// The region that requests are signed for.
    signing_region: &'static str,
    plain: &'static str,
    dual_stack: &'static str,
    fips: &'static str,
    both: &'static str,
}

const COMMERCIAL: Home = Home {
    regions: "",
    signing_region: "us-east-1",
    plain: "iam",
    dual_stack: "iam.global",
    fips: "iam-fips",
    both: "iam-fips.global",
};

const OTHERS: [Home; 7] = [
    Home {
        regions: "cn-",
        signing_region: "cn-north-1",
        plain: "iam.cn-north-1",
        dual_stack: "iam.global",
        fips: "iam-fips",
        both: "iam-fips",
    },
    Home {
        regions: "us-gov-",
        signing_region: "us-gov-west-1",
        plain: "iam.us-gov",
        dual_stack: "iam.us-gov",
        fips: "iam.us-gov",
        both: "iam.us-gov",
    },
    Home {
        regions: "us-iso-",
        signing_region: "us-iso-east-1",
        plain: "iam.us-iso-east-1",
        dual_stack: "iam",
        fips: "iam-fips.us-iso-east-1",
        both: "iam-fips",
    },
    Home {
        regions: "us-isob-",
        signing_region: "us-isob-east-1",
        plain: "iam.us-isob-east-1",
        dual_stack: "iam",
        fips: "iam-fips.us-isob-east-1",
        both: "iam-fips",
    },
    Home {
        regions: "eu-isoe-",
        signing_region: "eu-isoe-west-1",
        plain: "iam.eu-isoe-west-1",
        dual_stack: "iam",
        fips: "iam-fips",
        both: "iam-fips",
    },
    Home {
        regions: "us-isof-",
        signing_region: "us-isof-south-1",
        plain: "iam.us-isof-south-1",
        dual_stack: "iam",
        fips: "iam-fips",
        both: "iam-fips",
    },
    Home {
        regions: "eusc-",
        signing_region: "eusc-de-east-1",
        plain: "iam.eusc-de-east-1",
        dual_stack: "iam.global",
        fips: "iam-fips",
        both: "iam-fips",
    },
];

/// The IAM of the region's partition.
///
/// # Errors
/// When the region is none.
pub(super) async fn iam(sdk: &SdkConfig, region: &str) -> Result<Endpoint, AwsError> {
    let sts = sts(sdk, region).await?;
    let (_, domain) = parted(&sts, region)?;
    let homes = OTHERS.iter().find(|home| region.starts_with(home.regions));
    let home = homes.unwrap_or(&COMMERCIAL);
    let dual_stack = sdk.use_dual_stack() == Some(true);
    let labels = match (sdk.use_fips() == Some(true), dual_stack) {
        (false, false) => home.plain,
        (false, true) => home.dual_stack,
        (true, false) => home.fips,
        (true, true) => home.both,
    };
    Ok(Endpoint {
        url: format!("https://{labels}.{domain}"),
        signing_region: home.signing_region.to_owned(),
    })
}

/// CloudFormation in a region: its rules are those of STS.
///
/// # Errors
/// When the region is none.
pub(super) async fn cloudformation(sdk: &SdkConfig, region: &str) -> Result<Endpoint, AwsError> {
    let sts = sts(sdk, region).await?;
    let (label, domain) = parted(&sts, region)?;
    let label = label.replace("sts", "cloudformation");
    Ok(Endpoint {
        url: format!("https://{label}.{region}.{domain}"),
        signing_region: region.to_owned(),
    })
}

/// The address of STS in a region.
async fn sts(sdk: &SdkConfig, region: &str) -> Result<String, AwsError> {
    let parameters = Params::builder()
        .region(region)
        .use_fips(sdk.use_fips().unwrap_or_default())
        .use_dual_stack(sdk.use_dual_stack().unwrap_or_default())
        .use_global_endpoint(false)
        .build()
        .map_err(|error| AwsError::configuration(error.to_string()))?;
    let resolver = DefaultResolver::new();
    let endpoint = resolver.resolve_endpoint(&parameters).await;
    endpoint
        .map(|endpoint| endpoint.url().to_owned())
        .map_err(|error| AwsError::configuration(error.to_string()))
}

/// The label before the region, and the domain behind it.
fn parted<'a>(url: &'a str, region: &str) -> Result<(&'a str, &'a str), AwsError> {
    url.strip_prefix("https://")
        .and_then(|host| host.split_once(&format!(".{region}.")))
        .ok_or_else(|| AwsError::configuration(format!("`{region}` is no region that AWS has")))
}

#[cfg(test)]
mod tests {
    use aws_config::Region;

    use super::*;

    /// AWS's rule sets as botocore 1.44.8 evaluates them: service, region, signing region, then the
    /// host plain, dual-stack, FIPS, both.
    const PUBLISHED: &str = "\
iam eu-central-1 us-east-1 iam.amazonaws.com iam.global.api.aws iam-fips.amazonaws.com iam-fips.global.api.aws\n\
iam cn-northwest-1 cn-north-1 iam.cn-north-1.amazonaws.com.cn iam.global.api.amazonwebservices.com.cn iam-fips.amazonaws.com.cn iam-fips.api.amazonwebservices.com.cn\n\
iam us-gov-east-1 us-gov-west-1 iam.us-gov.amazonaws.com iam.us-gov.api.aws iam.us-gov.amazonaws.com iam.us-gov.api.aws\n\
iam us-iso-west-1 us-iso-east-1 iam.us-iso-east-1.c2s.ic.gov iam.api.aws.ic.gov iam-fips.us-iso-east-1.c2s.ic.gov iam-fips.api.aws.ic.gov\n\
iam us-isob-east-1 us-isob-east-1 iam.us-isob-east-1.sc2s.sgov.gov iam.api.aws.scloud iam-fips.us-isob-east-1.sc2s.sgov.gov iam-fips.api.aws.scloud\n\
iam eu-isoe-west-1 eu-isoe-west-1 iam.eu-isoe-west-1.cloud.adc-e.uk iam.api.cloud-aws.adc-e.uk iam-fips.cloud.adc-e.uk iam-fips.api.cloud-aws.adc-e.uk\n\
iam us-isof-south-1 us-isof-south-1 iam.us-isof-south-1.csp.hci.ic.gov iam.api.aws.hci.ic.gov iam-fips.csp.hci.ic.gov iam-fips.api.aws.hci.ic.gov\n\
iam eusc-de-east-1 eusc-de-east-1 iam.eusc-de-east-1.amazonaws.eu iam.global.api.amazonwebservices.eu iam-fips.amazonaws.eu iam-fips.api.amazonwebservices.eu\n\
cloudformation eu-central-1 eu-central-1 cloudformation.eu-central-1.amazonaws.com cloudformation.eu-central-1.api.aws cloudformation-fips.eu-central-1.amazonaws.com cloudformation-fips.eu-central-1.api.aws\n\
cloudformation cn-northwest-1 cn-northwest-1 cloudformation.cn-northwest-1.amazonaws.com.cn cloudformation.cn-northwest-1.api.amazonwebservices.com.cn cloudformation-fips.cn-northwest-1.amazonaws.com.cn cloudformation-fips.cn-northwest-1.api.amazonwebservices.com.cn\n\
cloudformation us-gov-east-1 us-gov-east-1 cloudformation.us-gov-east-1.amazonaws.com cloudformation.us-gov-east-1.api.aws cloudformation.us-gov-east-1.amazonaws.com cloudformation-fips.us-gov-east-1.api.aws\n\
cloudformation us-iso-west-1 us-iso-west-1 cloudformation.us-iso-west-1.c2s.ic.gov cloudformation.us-iso-west-1.api.aws.ic.gov cloudformation-fips.us-iso-west-1.c2s.ic.gov cloudformation-fips.us-iso-west-1.api.aws.ic.gov\n\
cloudformation us-isob-east-1 us-isob-east-1 cloudformation.us-isob-east-1.sc2s.sgov.gov cloudformation.us-isob-east-1.api.aws.scloud cloudformation-fips.us-isob-east-1.sc2s.sgov.gov cloudformation-fips.us-isob-east-1.api.aws.scloud\n\
cloudformation eu-isoe-west-1 eu-isoe-west-1 cloudformation.eu-isoe-west-1.cloud.adc-e.uk cloudformation.eu-isoe-west-1.api.cloud-aws.adc-e.uk cloudformation-fips.eu-isoe-west-1.cloud.adc-e.uk cloudformation-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk\n\
cloudformation us-isof-south-1 us-isof-south-1 cloudformation.us-isof-south-1.csp.hci.ic.gov cloudformation.us-isof-south-1.api.aws.hci.ic.gov cloudformation-fips.us-isof-south-1.csp.hci.ic.gov cloudformation-fips.us-isof-south-1.api.aws.hci.ic.gov\n\
cloudformation eusc-de-east-1 eusc-de-east-1 cloudformation.eusc-de-east-1.amazonaws.eu cloudformation.eusc-de-east-1.api.amazonwebservices.eu cloudformation-fips.eusc-de-east-1.amazonaws.eu cloudformation-fips.eusc-de-east-1.api.amazonwebservices.eu";

    #[tokio::test]
    async fn hosts_are_those_of_awss_published_rules() {
        for line in PUBLISHED.lines() {
            let words: Vec<_> = line.split(' ').collect();
            let [service, region, signing_region, hosts @ ..] = &words[..] else {
                panic!("{line}")
            };
            let kinds = [(false, false), (false, true), (true, false), (true, true)];
            for (host, (fips, dual_stack)) in hosts.iter().zip(kinds) {
                let sdk = SdkConfig::builder()
                    .region(Region::new((*region).to_owned()))
                    .use_fips(fips)
                    .use_dual_stack(dual_stack)
                    .build();
                let found = if *service == "iam" {
                    iam(&sdk, region).await
                } else {
                    cloudformation(&sdk, region).await
                };
                let expected = Endpoint {
                    url: format!("https://{host}"),
                    signing_region: (*signing_region).to_owned(),
                };
                assert_eq!(
                    found.unwrap(),
                    expected,
                    "fips {fips}, dual stack {dual_stack}"
                );
            }
            assert_eq!(hosts.len(), 4);
        }
    }

    #[tokio::test]
    async fn a_region_that_is_none_is_refused() {
        let sdk = SdkConfig::builder().build();
        assert!(iam(&sdk, "no region").await.is_err());
        assert!(cloudformation(&sdk, "").await.is_err());
    }
}
